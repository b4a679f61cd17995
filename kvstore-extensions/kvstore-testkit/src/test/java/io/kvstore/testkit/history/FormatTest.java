package io.kvstore.testkit.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @Test
  void aJepsenLogIsReadWithTabsOrSpacesAmongOtherLines() {
    String log =
        """
        INFO  jepsen.core - Running test
        INFO  jepsen.util - 0\t:invoke\t:write\t3
        INFO jepsen.util - 1 :invoke :cas [3 4]
        INFO  jepsen.util - :nemesis\t:info\t:start\tnil
        INFO  jepsen.util - 0\t:ok\t:write\t3
        INFO  jepsen.util - 1\t:fail\t:cas\t[3 4]
        INFO  jepsen.util - 0\t:invoke\t:read\tnil
        INFO  jepsen.util - 2\t:invoke\t:write\t1
        INFO  jepsen.util - 0\t:fail\t:read\t:timed-out
        INFO  jepsen.util - 2\t:info\t:write\t:timed-out
        """;

    assertThat(operations(Format.JEPSEN, log))
        .containsExactly(
            "process 0: write 3, ok [0, 2]",
            "process 1: cas 3 to 4 = false [1, 3]",
            "process 0: read, failed [4, 6]",
            "process 2: write 1, unknown [5, …]");
  }

  @Test
  void ednIsReadWithCommentsExtraKeysAndTheNemesis() {
    String edn =
        """
        ; recorded on a rainy day
        ({:index 0, :process 0, :type :invoke, :f :cas,
          :value [1 2], :time 17, :error [:some {:nested "thing"}]}
         {:process :nemesis, :type :info, :f :start, :value nil}
         #_{:process 9} {:process 1, :type :invoke :f :read :value nil}
         {:process 1, :type :ok, :f :read, :value nil}
         {:process 0, :type :ok, :f :cas, :value [1 2]}
         {:process 0, :type :invoke, :f :write, :value 5}
         {:process 0, :type :info, :f :write, :value 5 :error :timeout})
        """;

    assertThat(operations(Format.EDN, edn))
        .containsExactly(
            "process 0: cas 1 to 2 = true [0, 3]",
            "process 1: read, ok [1, 2]",
            "process 0: write 5, unknown [4, …]");
  }

  @Test
  void whatElseStandsInAJepsenLogIsPassedOver() {
    String log =
        """
        2014-11-21 INFO jepsen.util - 0 :invoke :write 3
        INFO jepsen.util - 0 :invoke :jump 3
        INFO jepsen.util - 0 :hops :write 3
        INFO jepsen.util - waiting for 3 :nodes
        WARN jepsen.core - Process 0 crashed: jepsen.util -
        INFO jepsen.util - 12 nodes are up
        INFO jepsen.util - 0 :ok :write 3""";

    assertThat(operations(Format.JEPSEN, log)).containsExactly("process 0: write 3, ok [0, 1]");
  }

  @Test
  void aProcessThatCrashedMayComeAgain() {
    String log =
        """
        INFO jepsen.util - 0 :invoke :write 1
        INFO jepsen.util - 0 :info :write :timed-out
        INFO jepsen.util - 0 :invoke :write 2
        INFO jepsen.util - 0 :invoke :write 3
        INFO jepsen.util - 0 :ok :write 3
        INFO jepsen.util - 0 :info :read :timed-out
        """;

    assertThat(operations(Format.JEPSEN, log))
        .containsExactly(
            "process 0: write 1, unknown [0, …]",
            "process 0: write 2, unknown [1, …]",
            "process 0: write 3, ok [2, 3]");
  }

  @Test
  void linesMayEndAsOnWindows() {
    String log = "INFO jepsen.util - 0 :invoke :read nil\r\nINFO jepsen.util - 0 :ok :read 7\r\n";
    String edn = "[{:process 0, :type :invoke, :f :read} ; a comment\r\n{:process 1 :type :ok\r\n";

    assertThat(operations(Format.JEPSEN, log)).containsExactly("process 0: read = 7 [0, 1]");
    assertThatThrownBy(() -> Format.EDN.parse("a", edn)).hasMessageStartingWith("a:3: ");
  }

  @Test
  void ednHasMoreThanMapsOfNumbers() {
    String edn =
        """
        #jepsen.history.Op{:process 0 :type :invoke :f :write :value #{1 #_2}}
        #_ #_ {:process 0} {:process 0}
        {:process 0,,:type :ok,:f :write :value nil :error [:a \\( \\newline ##NaN 1/2 #"x" #_end]},
        {:time #inst "2014-11-21" :process 1 :type :invoke :f :cas :value [-1 +2N]}
        {:process 1 :type :ok :f :cas}
        {:process nil :type :info :f :start}
        {:process 2 :type :info :f :read :value :timed-out}
        [{:process 2 :type :invoke :f :write :value 1} {:process 2 :type :ok :f :write :value 4}]
        """;

    assertThat(operations(Format.EDN, edn))
        .containsExactly(
            "process 0: write [1], ok [0, 1]",
            "process 1: cas -1 to 2 = true [2, 3]",
            "process 2: write 4, ok [4, 5]");
  }

  @Test
  void aFileWithoutOperationsIsAHistory() {
    for (String text : List.of("", "\n", "; nothing", "[]", "()", "#_{:process 0}", ",")) {
      assertThat(operations(Format.guess(text), text)).as(text).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          INFO jepsen.util - 0 :invoke :read nil | JEPSEN
          {:process 0, :type :invoke, :key "a"} | PORCUPINE
          [{:process 0}] | EDN
          ({:process 0}) | EDN
          ; a comment | EDN
          #history [{:process 0}] | EDN
          { "process": 0} | JSON
          """)
  void theFormatIsGuessed(String text, Format format) {
    assertThat(Format.guess("\n " + text)).isEqualTo(format);
  }

  @Test
  void aByteOrderMarkIsPassedOver(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "\uFEFF{\"process\":0,\"f\":\"get\"}");

    assertThat(Format.text(file)).startsWith("{");
  }

  @Test
  void aKeyValueLogIsRead() {
    String log =
        """
        {:process 0, :type :invoke, :f :append, :key "a", :value "x \\"1\\" y"}
        {:process 1, :type :invoke, :f :get, :key "a", :value nil}
        {:process 0, :type :ok, :f :append, :key "a", :value "x \\"1\\" y"}
        {:process 1, :type :ok, :f :get, :key "a", :value ""}
        """;

    assertThat(operations(Format.PORCUPINE, log))
        .containsExactly(
            "process 0: append \"a\" \"x \"1\" y\", ok [0, 2]",
            "process 1: read \"a\" = \"\" [1, 3]");
  }

  @Test
  void whatIsWrittenAsJsonLinesIsReadAgain() throws IOException {
    History.Builder history = History.builder();
    Values values = history.values();
    int put = history.invoke(1, Kind.WRITE, "k\n\"", "ü\\", 10);
    int get = history.invoke(2, Kind.READ, values.of("k"), Values.NONE, Values.NONE, 11);
    history.invoke(3, Kind.CAS, values.of("k"), values.of(2L), Values.NIL, 12);
    int add = history.invoke(4, Kind.ADD, "k", -3L, 13);
    history.ok(put, Values.NONE, 14);
    history.ok(get, Values.NIL, 15);
    history.fail(add, 16);
    StringBuilder text = new StringBuilder();

    Format.write(history.build(), text);

    assertThat(text.toString().lines().toList().get(1))
        .isEqualTo(
            "{\"process\":2,\"f\":\"read\",\"key\":\"k\",\"result\":null,"
                + "\"invoked\":11,\"returned\":15,\"outcome\":\"ok\"}");
    assertThat(Format.guess(text.toString())).isEqualTo(Format.JSON);
    assertThat(operations(Format.JSON, text.toString())).isEqualTo(operations(history.build()));
  }

  @Test
  void allColumnsAreWrittenAndReadAgain() throws IOException {
    History.Builder history = History.builder();
    int append = history.invoke(0, Kind.APPEND, "k", "x", 1);
    history.ok(append, history.values().of("wx"), 2);
    history.node(append, 2);
    history.version(append, 77);
    history.position(append, 5);
    history.replaced(append, 76);
    int write = history.invoke(1, Kind.WRITE, "k", "y", 3);
    int delete = history.invoke(1, Kind.DELETE, history.values().of("l"), -1, -1, 3);
    history.together(write);
    history.ok(write, history.values().of("wx"), 4);
    history.ok(delete, Values.NIL, 4);
    history.follows(write, append);
    StringBuilder text = new StringBuilder();

    Format.write(history.build(), text);

    assertThat(text)
        .contains("\"node\":2,\"version\":77,\"replaced\":76,\"position\":5")
        .contains("\"follows\":0")
        .contains("\"with\":1");
    assertThat(Format.JSON.parse("all.json", text.toString()).replaced(append)).isEqualTo(76);
    assertThat(operations(Format.JSON, text.toString()))
        .containsExactly(
            "process 0: append \"k\" \"x\" = \"wx\" [1, 2]",
            "process 1: write \"k\" \"y\", replaced \"wx\" [3, 4]",
            "process 1: delete \"l\", replaced nil [3, 4]");
    StringBuilder again = new StringBuilder();
    Format.write(Format.JSON.parse("again", text.toString()), again);
    assertThat(again.toString()).isEqualTo(text.toString());
  }

  /** Texts of other systems may have them; as UTF-8 they would all be one. */
  @Test
  void halvesOfSurrogatePairsAreToldApartInAFile() throws IOException {
    History.Builder history = History.builder();
    history.invoke(0, Kind.WRITE, "k\uD800", "\uD83D\uDE00", 1);
    history.invoke(1, Kind.READ, "k\uDBFF", null, 2);
    StringBuilder text = new StringBuilder();
    Format.write(history.build(), text);

    String file = new String(text.toString().getBytes(UTF_8), UTF_8);
    History again = Format.JSON.parse("again", file);

    assertThat(again.values().get(again.key(0))).isEqualTo("k\uD800");
    assertThat(again.values().get(again.argument(0))).isEqualTo("\uD83D\uDE00");
    assertThat(again.values().get(again.key(1))).isEqualTo("k\uDBFF");
  }

  @Test
  void whatClientsSeeOfAHistoryLeavesOutWhatOnlyReplicasKnow() {
    History.Builder recorded = History.builder();
    int write = recorded.invoke(0, Kind.WRITE, "k", "v", 1);
    recorded.ok(write, recorded.values().of("old"), 2);
    recorded.version(write, 7);
    int read = recorded.invoke(1, Kind.READ, "k", null, 3);
    recorded.ok(read, recorded.values().of("v"), 4);
    recorded.position(read, 9);
    recorded.follows(read, write);
    int first = recorded.invoke(2, Kind.DELETE, "k", null, 5);
    int second = recorded.invoke(2, Kind.ADD, "n", 1L, 5);
    recorded.together(first);
    recorded.ok(first, recorded.values().of("v"), 6);
    recorded.ok(second, recorded.values().of(3L), 6);

    History seen = recorded.build().asSeen();

    assertThat(IntStream.range(0, seen.size()).mapToObj(i -> seen.operation(i).toString()))
        .containsExactly(
            "process 0: write \"k\" \"v\", ok [1, 2]",
            "process 1: read \"k\" = \"v\" [3, 4]",
            "process 2: delete \"k\", ok [5, 6]",
            "process 2: add \"n\" 1 = 3 [5, 6]");
    assertThat(seen.version(0)).isEqualTo(Values.NONE);
    assertThat(seen.position(1)).isEqualTo(Values.NONE);
    assertThat(seen.follows(1)).isZero();
    assertThat(seen.group(3)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          JEPSEN | INFO jepsen.util - 0 :invoke :write | expected a value
          JEPSEN | INFO jepsen.util - 0 :invoke :cas 3 | expected [from to]
          JEPSEN | INFO jepsen.util - 0 :ok :write 3 | expected process 0 to begin an operation
          EDN | [{:process 0, :type :invoke | expected '}' before the end of the file
          EDN | [{:type :invoke}] | expected a :process
          EDN | {:process 0, :type :invoke, :f :cas, :value 3} | expected :value to be [from to]
          EDN | {:process 0, :type :invoke, :f :leap} | expected :f to be one of :read :write
          EDN | {:process 0, :type :invoke, :f} | expected a value, found '}'
          EDN | {:process 0, :f :read, :value "a | expected '"' before the end of the file
          EDN | [#_ | expected a value to discard before the end of the file
          EDN | 17 | expected a map, found 17
          EDN | ] | expected a value, found ']'
          PLUME | w(1,2,3) | expected r(key,value,session,transaction) or w(…)
          PLUME | w(1,two,3,4) | expected r(key,value,session,transaction) or w(…)
          PLUME | x(1,2,3,4) | expected r(key,value,session,transaction) or w(…)
          PLUME | w(1,2,-3,4) | expected a session from 0 to 2147483647, found w(1,2,-3,4)
          AWDIT | w 1 | expected r KEY VALUE or w KEY VALUE
          AWDIT | w 1 many | expected r KEY VALUE or w KEY VALUE
          AWDIT | x 1 2 | expected r KEY VALUE or w KEY VALUE
          JSON | {"process":0,"f":"get","invoked":1 | expected '}', found the end of the line
          JSON | {"process":0,"f":"fly","invoked":1} | expected "f" to be one of get put
          JSON | {"process":0,"f":"get"} | expected "invoked" to be a whole number
          JSON | {"process":0,"f":"get","invoked":5,"returned":4} | not to be before "invoked"
          JSON | {"process":0,"f":"put","invoked":5} | expected a "value" to write
          JSON | {"process":0,"f":"get","invoked":5,"with":0} | "with" to be the number of
          JSON | {"process":0,"f":"get","invoked":5,"follows":7} | "follows" to be the number of
          """)
  void whatIsNotOfTheFormatIsNamedWithFileAndLine(Format format, String text, String complaint) {
    assertThatThrownBy(() -> format.parse("some.file", text))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageStartingWith("some.file:1: ")
        .hasMessageContaining(complaint);
  }

  @Test
  void plumesTransactionsAreGroupsWithoutTimes() {
    String plume =
        """
        w(1,10,0,0)
        r(2,0,3,7)
        w(2,11,0,0)
        w(1,12,0,-1)
        r(1,10,3,7)
        r(1,10,3,8)
        """;

    History history = Format.guess(plume).parse("a.file", plume);

    assertThat(Format.guess(plume)).isEqualTo(Format.PLUME);
    assertThat(operations(history))
        .containsExactly(
            "process 0: write 1 10, ok [0, 4]",
            "process 0: write 2 11, ok [0, 4]",
            "process 3: read 2 = 0 [1, 5]",
            "process 3: read 1 = 10 [1, 5]",
            "process 0: write 1 12, failed [2, 6]",
            "process 3: read 1 = 10 [3, 7]");
    assertThat(IntStream.range(0, 6).map(history::group)).containsExactly(0, 0, 2, 2, 4, 5);
  }

  @Test
  void awditsTransactionsAreGroupsWithoutTimes() {
    String awdit =
        """
        w 1 10
        w 2 11
        ----
        r 1 10
        ====
        r 2 11
        """;

    History history = Format.guess(awdit).parse("a.file", awdit);

    assertThat(Format.guess(awdit)).isEqualTo(Format.AWDIT);
    assertThat(operations(history))
        .containsExactly(
            "process 0: write 1 10, ok [0, 3]",
            "process 0: write 2 11, ok [0, 3]",
            "process 0: read 1 = 10 [1, 4]",
            "process 1: read 2 = 11 [2, 5]");
    assertThat(IntStream.range(0, 4).map(history::group)).containsExactly(0, 0, 2, 3);
  }

  @Test
  void nestingWithoutEndIsRefusedBeforeTheStackOverflows() {
    assertThatThrownBy(() -> Format.EDN.parse("deep", "[[".repeat(100_000)))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("at most 100 values within each other");
  }

  private static List<String> operations(Format format, String text) {
    return operations(format.parse("a.file", text));
  }

  private static List<String> operations(History history) {
    List<String> operations = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      operations.add(history.operation(i).toString());
    }
    return operations;
  }
}
