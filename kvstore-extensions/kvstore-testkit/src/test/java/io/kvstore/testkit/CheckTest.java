package io.kvstore.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
  private static final String GOOD =
      """
      INFO  jepsen.util - 0\t:invoke\t:read\tnil
      INFO  jepsen.util - 0\t:ok\t:read\tnil
      """;
  private static final String BAD = GOOD.replace(":ok\t:read\tnil", ":ok\t:read\t3");

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void itPrintsTheFileTheVerdictAndTheTime() throws IOException {
    Path file = file("good.log", GOOD);

    assertThat(run(file.toString())).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .matches(".*good\\.log holds [0-9]+\\.[0-9]{3}\\R");
  }

  @Test
  void oneBrokenHistoryIsEnoughForTheExitCode() throws IOException {
    assertThat(run(file("good.log", GOOD).toString(), file("bad.log", BAD).toString()))
        .isEqualTo(1);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("good.log holds")
        .contains("bad.log broken");
  }

  @Test
  void theInitialValueCanBeGiven() throws IOException {
    assertThat(run(file("three.log", BAD).toString(), "--initial", "3")).isZero();
    assertThat(run(file("three.log", BAD).toString(), "--initial=nil")).isEqualTo(1);
  }

  @Test
  void theInitialValueIsOfTheKindThatTheHistoryHas() throws IOException {
    String read =
        "{\"process\":0,\"f\":\"get\",\"invoked\":1,\"returned\":2,\"key\":\"k\",\"result\":";

    assertThat(run(file("number", read + "3}").toString(), "--initial", "3")).isZero();
    assertThat(run(file("text", read + "\"3\"}").toString(), "--initial", "3")).isZero();
    assertThat(run(file("text", read + "\"3\"}").toString(), "--initial", "4")).isEqualTo(1);
    assertThat(run(file("empty", read + "\"\"}").toString(), "--initial", "")).isZero();
    assertThat(run(file("true", read + "true}").toString(), "--initial", "true")).isZero();
    assertThat(run(file("null", read + "null}").toString())).isZero();
  }

  @Test
  void anExplanationShowsTheOperations() throws IOException {
    run(file("bad.log", BAD).toString(), "--explain");

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("process 0: read = 3");
  }

  @Test
  void theFormatIsGuessedFromTheFile() throws IOException {
    String edn = "[{:process 0, :type :invoke, :f :write, :value 3}]";
    String porcupine =
        """
        {:process 0, :type :invoke, :f :get, :key "a", :value nil}
        {:process 0, :type :ok, :f :get, :key "a", :value ""}
        """;
    String json =
        "{\"process\":0,\"f\":\"get\",\"key\":\"k\",\"invoked\":1,\"returned\":2,\"result\":null}";

    assertThat(
            run(
                file("a", edn).toString(),
                file("b", porcupine).toString(),
                file("c", json).toString()))
        .isZero();
  }

  @Test
  void transactionsAreJudgedAtALevelOfIsolation() throws IOException {
    String longFork = "w(1,5,0,0)\nw(2,6,1,1)\nr(1,5,2,2)\nr(2,0,2,2)\nr(1,0,3,3)\nr(2,6,3,3)\n";
    String fractured = "w 1 5\nw 2 5\n===\nw 1 6\nw 2 6\n===\nr 1 5\nr 2 6\n";
    String plume = file("plume.txt", longFork).toString();
    String awdit = file("awdit.txt", fractured).toString();

    assertThat(run(plume)).isZero();
    assertThat(run(plume, "--level", "sequential")).isEqualTo(1);
    assertThat(run(awdit, "--level", "read-committed")).isZero();
    assertThat(run(awdit, "--level", "read-atomic")).isEqualTo(1);
    assertThat(run(awdit)).isEqualTo(1);
  }

  @Test
  void transactionsOnListsAreJudgedByTheirAnomalies() throws IOException {
    String skew =
        """
        {:process 0, :type :invoke, :f :txn, :value [[:r x nil] [:append y 1]]}
        {:process 1, :type :invoke, :f :txn, :value [[:r y nil] [:append x 1]]}
        {:process 0, :type :ok, :f :txn, :value [[:r x []] [:append y 1]]}
        {:process 1, :type :ok, :f :txn, :value [[:r y []] [:append x 1]]}
        """;
    String file = file("skew.edn", skew).toString();

    assertThat(run(file, "--level", "snapshot")).isZero();
    assertThat(run(file, "--explain")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("G2-item, a write skew");
    assertThat(run(file, "--level", "linearizable")).isEqualTo(3);
  }

  @Test
  void plumesKeysHoldZeroUnlessTheFileWritesIt() throws IOException {
    assertThat(run(file("a.txt", "r(1,0,0,0)\n").toString())).isZero();
    assertThat(run(file("b.txt", "w(1,0,0,0)\nr(1,0,1,1)\n").toString())).isZero();
  }

  @Test
  void withoutTimesNothingIsSaidOfLinearizability() throws IOException {
    assertThat(run(file("a.txt", "w(1,1,0,0)\n").toString(), "--level", "linearizable"))
        .isEqualTo(3);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("a plume file tells no times: expected another --level than linearizable");
  }

  @Test
  void aFileThatIsNotAHistoryIsNamedWithTheLine() throws IOException {
    Path file =
        file(
            "odd.edn",
            "[{:process 0, :type :invoke, :f :write, :value 3}\n {:process 0, :type :done}]");

    assertThat(run(file.toString())).isEqualTo(3);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("odd.edn:2: expected :f to be a keyword");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(run(folder.resolve("nowhere").toString())).isEqualTo(3);

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("nowhere: cannot be read");
  }

  @Test
  void whatIsNotUnderstoodIsAnsweredWithTheHelp() {
    assertThat(run()).isEqualTo(4);
    assertThat(run("--model", "tree", "file")).isEqualTo(4);
    assertThat(run("file", "--format")).isEqualTo(4);
    assertThat(run("file", "--level", "best")).isEqualTo(4);
    assertThat(run("--help")).isZero();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("expected --model register or kv, found tree")
        .contains("expected --level to be one of linearizable, sequential, causal, read-atomic")
        .contains("found best");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("holds|broken|undecided MILLIS");
  }

  private int run(String... arguments) {
    return Check.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
