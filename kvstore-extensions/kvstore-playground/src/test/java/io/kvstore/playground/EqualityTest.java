package io.kvstore.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.campaign.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiled script does what the JVM does: traces, verdicts and drawings are the same. */
class EqualityTest {
  private static final Path DETERMINISM =
      Path.of("../../kvstore-core/src/test/java/io/kvstore/core/DeterminismTest.java");
  private static final Pattern ROW = Pattern.compile("\"([A-Z]+), ([A-Z_]+), ([0-9a-f]{16})\"");
  private static final int FEW_OPERATIONS = 12;
  private static final int OPERATIONS = 40; // in the long run
  private static final int SEEDS_IN_THE_LONG_RUN = 50;

  private static Node node;

  @BeforeAll
  static void nodeIsThere() {
    node = Node.orSkip();
  }

  @AfterAll
  static void nodeEnds() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void theShimsDoWhatTheLibraryDoes() throws IOException {
    assertThat(node.eval("kvstore.library()")).isEqualTo(Library.calls());
  }

  @Test
  void theDigestsOfTheTestOfDeterminismAreTheSame() throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    Matcher rows = ROW.matcher(Files.readString(DETERMINISM));
    while (rows.find()) {
      expected.add(rows.group(3));
      asked.add("kvstore.digest('" + rows.group(1) + "', '" + rows.group(2) + "')");
    }
    assertThat(expected).hasSizeGreaterThanOrEqualTo(14);
    assertThat(node.eval("[" + String.join(",", asked) + "].join('\\n')"))
        .isEqualTo(String.join("\n", expected));
  }

  @Test
  void theRunThatIsComparedIsThatOfTheTestOfDeterminism() throws IOException {
    Matcher rows = ROW.matcher(Files.readString(DETERMINISM));
    assertThat(rows.find()).isTrue();
    assertThat(
            Comparison.digest(
                Consistency.valueOf(rows.group(1)), Replication.valueOf(rows.group(2))))
        .isEqualTo(rows.group(3));
  }

  static Stream<Cell> cells() {
    return Cell.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aSeedOfEachCellIsTheSame(Cell cell) throws IOException {
    boolean isDurable =
        cell.servesDisks()
            && cell.replication() != Replication.KEY_OWNER
            && cell.toString().length() % 2 == 0;
    int seed = 1 + (cell.toString().length() % 3); // with turns that take time, and without
    requireSame(cell, seed, FEW_OPERATIONS, "none", isDurable);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("cells")
  void manySeedsOfEachCellAreTheSame(Cell cell) throws IOException {
    for (int seed = 1; seed <= SEEDS_IN_THE_LONG_RUN; seed++) {
      requireSame(cell, seed, OPERATIONS, "drawn", cell.servesDisks() && seed % 3 == 0);
    }
  }

  private static void requireSame(
      Cell cell, int seed, int operations, String features, boolean isDurable) throws IOException {
    String call =
        "new Promise(done => kvstore.trial('%s', %d, %d, '%s', %b, done))"
            .formatted(cell, seed, operations, features, isDurable);
    assertThat(node.eval(call))
        .as("%s, seed %d, features %s, on disks %b", cell, seed, features, isDurable)
        .isEqualTo(Comparison.trial(cell, seed, operations, features, isDurable));
  }

  /** The decisions of one run on the stage, which the script and the JVM play alike. */
  @Test
  void aPlayIsTheSame() throws IOException {
    String setup = "SEQUENTIAL,PRIMARY,3,2,7";
    String open = Exports.open(setup, "");
    List<String> decisions =
        List.of("c0 put x 1", "holdall on", "cut n0 n2", "c1 get x", "crash n0", "holdall off");
    StringBuilder script = new StringBuilder();
    StringBuilder expected = new StringBuilder(open);
    for (String each : decisions) {
      expected.append('\n').append(Exports.decide(each));
      for (int i = 0; i < 4; i++) {
        expected.append('\n').append(Exports.step());
      }
    }
    expected.append('\n').append(Exports.run(2_000_000)).append('\n').append(Exports.back());
    script.append("all=[kvstore.open('" + setup + "', '')];");
    script.append("for (const each of ['" + String.join("','", decisions) + "']) {");
    script.append("all.push(kvstore.decide(each));");
    script.append("for (let i = 0; i < 4; i++) all.push(kvstore.step()); }");
    script.append("all.push(kvstore.run(2000000), kvstore.back());");
    String played = node.eval("(() => { let all; " + script + " return all.join('\\n'); })()");
    assertThat(played.getBytes(UTF_8)).isEqualTo(expected.toString().getBytes(UTF_8));
  }
}
