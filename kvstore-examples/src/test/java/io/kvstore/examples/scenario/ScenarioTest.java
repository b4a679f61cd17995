package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scenario is run, told and reported. */
class ScenarioTest {
  private static final String ONE_CLIENT =
      """
      {"num_servers": 2, "consistency_level": "linear",
       "clients": [{"client_number": 1, "server_number": 1, "requests": [
         {"type": "get", "key": "a"}, {"type": "set", "key": "a", "value": "<1>"},
         {"type": "sleep", "value": 1}, {"type": "get", "key": "a"}]}]}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "t1-1, linearizable",
    "t1-2, sequential",
    "t1-3, eventual",
    "t2, linearizable",
    "t3, sequential",
    "t4, eventual"
  })
  void theShippedScenariosKeepTheirPromise(String name, String level) {
    Command command = Command.run(name, "--fast");

    assertThat(command.out()).contains("the promise of the " + level + " store held");
    assertThat(command.err()).isEmpty();
    assertThat(command.code()).isEqualTo(0);
  }

  @Test
  void thePerformanceScenariosDifferInTheirLevelOnly() {
    ScenarioFile first = ScenarioReader.open("t1-1");

    assertThat(ScenarioReader.open("t1-2").groups()).isEqualTo(first.groups());
    assertThat(ScenarioReader.open("t1-3").groups()).isEqualTo(first.groups());
  }

  @Test
  void aRunTellsWhatEachClientSaw() {
    Command command = Command.run(Command.file(folder, ONE_CLIENT), "--seed=42");

    assertThat(command.out())
        .contains("--seed 42 draws the same sleeps again")
        .containsPattern("client 0 at n1, clients\\[0\\]\n")
        .containsPattern("[\\d.]+ to +[\\d.]+ ms  read a -> nothing\n")
        .containsPattern("[\\d.]+ to +[\\d.]+ ms  write a = <1>\n")
        .containsPattern("[\\d.]+ to +[\\d.]+ ms  read a -> <1>\n");
  }

  @Test
  void aRunWithoutASeedPrintsOneThatCanBeGiven() {
    Command command = Command.run(Command.file(folder, ONE_CLIENT));

    assertThat(command.out()).containsPattern("--seed \\d+ draws the same sleeps again");
  }

  @Test
  void clientsThatOnlySleepHaveNothingToTell() {
    String json =
        ONE_CLIENT.replaceAll("\"requests\": \\[[^\\]]+]", "\"requests\": [{\"type\": \"sleep\"}]");
    Command command = Command.run(Command.file(folder, json), "--fast", "--report", report());

    assertThat(command.code()).isEqualTo(0);
    assertThat(command.out()).containsPattern("linearizable +all +0 +0");
  }

  @Test
  void levelsAreComparedInOneTable() {
    Command command = Command.run("t2", "--fast", "--levels", "linear,Sequential,causal,causal");

    assertThat(command.out())
        .containsPattern("level +type +operations +per second +p50 us +p99 us +max us")
        .containsPattern("linearizable +write +4 +[\\d,]+ +[\\d.,]+ +[\\d.,]+ +[\\d.,]+\n")
        .containsPattern("sequential +read +18 +[\\d,]+ +[\\d.,]+ +[\\d.,]+ +[\\d.,]+\n")
        .containsPattern("causal +all +22 +[\\d,]+\n")
        .containsPattern("level +linearizable\\? +sequential\\? +causal\\? +replicas +promise")
        .containsPattern("linearizable +holds +holds +holds +agree +held\n")
        .doesNotContain("eventual");
    assertThat(command.out().lines().filter(line -> line.contains("held"))).hasSize(6);
  }

  @Test
  void allMeansTheFourLevels() {
    Command command = Command.run("t2", "--fast", "--levels=all");

    for (String level : List.of("linearizable", "sequential", "causal", "eventual")) {
      assertThat(command.out()).contains("the promise of the " + level + " store held");
    }
  }

  /** With slow links, local reads are old: what lies between the levels shows in the verdicts. */
  @Test
  void slowLinksMakeWeakLevelsDifferFromStrongOnes() {
    String json =
        """
        {"num_servers": 3, "consistency_level": "linearizable", "clients": [
          {"client_number": 1, "server_number": 0, "repeat": 10, "requests": [
            {"type": "set", "key": "a", "value": "0"}, {"type": "sleep", "value": 30}]},
          {"client_number": 1, "server_number": 1, "repeat": 30, "requests": [
            {"type": "sleep", "value": 10}, {"type": "get", "key": "a"}]}]}
        """;
    Command command =
        Command.run(Command.file(folder, json), "--levels", "linear,eventual", "--delay", "100");

    assertThat(command.code()).as(command.out()).isEqualTo(0);
    assertThat(command.out()).containsPattern("linearizable +holds +holds +holds +agree +held\n");
    assertThat(command.out()).containsPattern("eventual +broken .* agree +held\n");
  }

  @Test
  void theReportIsOneFileWithTheChartAndTheTimelineOfEachLevel() throws IOException {
    String report = report();
    Command command = Command.run("t2", "--fast", "--levels", "all", "--report", report);

    assertThat(command.out()).contains("Report: " + report);
    assertThat(folder.toFile().list()).containsExactly("report.html");
    String page = Files.readString(Path.of(report));
    assertThat(externalResources(page)).isEmpty();
    assertThat(page).containsOnlyOnce("<svg id=\"chart\"");
    for (String level : List.of("linearizable", "sequential", "causal", "eventual")) {
      assertThat(page)
          .contains("<rect class=\"" + level + "\"")
          .contains("<circle class=\"" + level + "\"")
          .contains("✓ the promise of the " + level + " store held")
          .contains("<iframe title=\"Timeline, " + level + "\"");
    }
    assertThat(page).contains("x := 1").doesNotContain("<!-- chart -->");
  }

  @Test
  void theReportOfOneLevelComparesNothingAndSaysWhereItsNumbersAreFrom() throws IOException {
    Command.run(Command.file(folder, ONE_CLIENT), "--report", report());

    String page = Files.readString(Path.of(report()));
    assertThat(page)
        .doesNotContain("beside each other", "<svg id=\"chart\"", "<!-- circumstances -->")
        .containsPattern(
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d [^,]+, .+ with \\d+ processors, Java \\d");
  }

  @Test
  void aLongValueIsToldByItsBeginning() throws IOException {
    String json = ONE_CLIENT.replace("<1>", "x".repeat(50_000));
    Command command = Command.run(Command.file(folder, json), "--report", report());

    assertThat(command.out()).doesNotContain("x".repeat(1_000));
    assertThat(Files.readString(Path.of(report()))).contains("… (50");
  }

  /** Whatever a browser would fetch. Names of namespaces are never fetched. */
  private static List<String> externalResources(String page) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile("(src|href|action)\\s*=|url\\(|@import|<link").matcher(page);
    while (matcher.find()) {
      found.add(matcher.group().toLowerCase(Locale.ROOT));
    }
    return found;
  }

  @Test
  void whatClientsWriteCannotBreakTheReport() throws IOException {
    String json = ONE_CLIENT.replace("<1>", "</script><b>\\\"</iframe>");
    Command.run(Command.file(folder, json), "--report", report());

    String page = Files.readString(Path.of(report()));
    assertThat(page).doesNotContain("<b>").containsOnlyOnce("</iframe>");
  }

  @ParameterizedTest
  @CsvSource({"t1-1", "t2", "t3", "t4"})
  void clientsMayComeOverPorts(String name) {
    Command command = Command.run(name, "--fast", "--listen");

    assertThat(command.err()).isEmpty();
    assertThat(command.code()).as(command.out()).isEqualTo(0);
    assertThat(command.out()).containsPattern("server 0 listens at [\\d.]+:\\d+\n");
  }

  @Test
  void theThirdPortOfAServerIsItsClientPort() throws Exception {
    int port = freePort();
    String json =
        ONE_CLIENT
            .replace(
                "\"clients\"",
                "\"port_number\": {\"0\": [1, 2, 0], \"1\": [3, 4, " + port + "]}, \"clients\"")
            .replace("\"value\": 1}", "\"value\": 3000}")
            .replace("<1>", "snow\u2603");
    CompletableFuture<Command> run =
        CompletableFuture.supplyAsync(() -> Command.run(Command.file(folder, json), "--listen"));
    assertThat(eventuallyRead(port, "a")).isEqualTo("snow\u2603");
    assertThat(run.get(60, TimeUnit.SECONDS).out())
        .contains("server 1 listens at 127.0.0.1:" + port + "\n");
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String ports =
          "\"port_number\": {\"0\": [1, 2, 0], \"1\": [3, 4, " + taken.getLocalPort() + "]}";
      String json = ONE_CLIENT.replace("\"clients\"", ports + ", \"clients\"");
      Command command = Command.run(Command.file(folder, json), "--listen");
      assertThat(command.code()).isEqualTo(2);
      assertThat(command.err())
          .startsWith("scenario: --listen: ")
          .contains(String.valueOf(taken.getLocalPort()))
          .hasLineCount(1);
    }
  }

  @Test
  void aKeyThatIsTooLongForMemcachedIsRefusedBeforeAnythingStarts() {
    String json = ONE_CLIENT.replace("\"a\"", "\"" + "a".repeat(187) + "\"");
    Command command = Command.run(Command.file(folder, json), "--listen");
    assertThat(command.code()).isEqualTo(2);
    assertThat(command.err())
        .isEqualTo(
            "scenario: --listen: a key of 187 bytes, expected at most 186 for memcached's clients\n");
    assertThat(command.out()).isEmpty();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** What a client of another kind finds at a server that is about to start. */
  private static String eventuallyRead(int port, String key) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(("get " + key + "\r\nquit\r\n").getBytes(UTF_8));
        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        if (answer.startsWith("VALUE")) {
          return answer.split("\r\n", -1)[1];
        }
      } catch (ConnectException notYet) {
        Thread.onSpinWait();
      }
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  private String report() {
    return folder.resolve("report.html").toString();
  }
}
