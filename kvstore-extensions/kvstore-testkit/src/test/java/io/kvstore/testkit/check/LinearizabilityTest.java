package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.RandomHistory.Shape;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearizabilityTest {
  /** Each event is a process, what it does or whether it ends, separated by commas. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a write is seen by what comes after | write 1, ok, read, ok 1 | holds
          a write is not seen after a later one | write 1, ok, write 2, ok, read, ok 1 | broken
          nobody wrote it | write 1, ok, read, ok 2 | broken
          the initial value can be read | read, ok nil, write 1, ok | holds
          the initial value is gone after a write | write 1, ok, read, ok nil | broken
          a failed write is not seen | write 1, fail, read, ok 1 | broken
          a failed write leaves what was there | write 1, fail, read, ok nil | holds
          an unknown write may be seen | write 1, info, read, ok 1 | holds
          an unknown write may be missing | write 1, info, read, ok nil | holds
          an unknown write may come late | write 1, info, read, ok nil, read, ok 1 | holds
          an unknown write stays | write 1, info, read, ok 1, read, ok nil | broken
          a cas replaces what it expects | write 1, ok, cas [1 2], ok, read, ok 2 | holds
          a cas needs what it expects | write 1, ok, cas [3 2], ok | broken
          a failed cas saw something else | write 1, ok, cas [1 2], fail | broken
          an unknown cas may have happened | write 1, ok, cas [1 2], info, read, ok 2 | holds
          """)
  void oneClientAfterTheOther(String what, String events, String verdict) {
    assertThat(Linearizability.check(log(events), Model.register(null)).toString())
        .as(what)
        .startsWith(verdict);
  }

  @Test
  void concurrentOperationsMayHaveHappenedInAnyOrder() {
    assertThat(
            judge("0 :invoke :write 1", "1 :invoke :read nil", "1 :ok :read nil", "0 :ok :write 1"))
        .isInstanceOf(Verdict.Holds.class);
    assertThat(
            judge("0 :invoke :write 1", "1 :invoke :read nil", "1 :ok :read 1", "0 :ok :write 1"))
        .isInstanceOf(Verdict.Holds.class);
  }

  @Test
  void aReadAfterANewerOneIsNotOlder() {
    Verdict verdict =
        judge(
            "0 :invoke :write 1",
            "1 :invoke :read nil",
            "1 :ok :read 1",
            "2 :invoke :read nil",
            "2 :ok :read nil",
            "0 :ok :write 1");

    assertThat(verdict).isInstanceOf(Verdict.Broken.class);
    assertThat(verdict.toString())
        .contains("process 1: read = 1 [1, 2]", "process 2: read = nil [3, 4]");
  }

  /**
   * The scan reads what the put has written, but not before the batch has written the other key.
   */
  @Test
  void whatAScanReadsIsNotWrittenInPassingBeforeItCanBeRead() {
    History history =
        Format.JSON.parse(
            "scan",
            """
            {"process":0,"f":"put","key":"a","value":"old","invoked":10,"returned":100}
            {"process":1,"f":"get","key":"a","result":"new","invoked":20,"returned":110}
            {"process":1,"f":"get","key":"b","result":"b","with":1,"invoked":20,"returned":110}
            {"process":2,"f":"put","key":"b","value":"b","invoked":30,"returned":101}
            {"process":2,"f":"put","key":"a","value":"a","result":"old","with":3,"invoked":30,"returned":101}
            {"process":3,"f":"put","key":"a","value":"new","invoked":41,"returned":105}
            """);

    assertThat(Linearizability.check(history, Model.keyValue(null)))
        .isInstanceOf(Verdict.Holds.class);
  }

  @Test
  void oneBrokenKeyIsFoundAmongThousands() {
    StringBuilder text = new StringBuilder();
    for (int key = 0; key < 5_000; key++) {
      int read = key == 4_321 ? 2 : 1;
      text.append(
          "{\"process\":0,\"f\":\"add\",\"key\":\"k%d\",\"value\":1,\"invoked\":%d,\"returned\":%d}%n"
              .formatted(key, key * 4, key * 4 + 1));
      text.append(
          "{\"process\":0,\"f\":\"get\",\"key\":\"k%d\",\"result\":%d,\"invoked\":%d,\"returned\":%d}%n"
              .formatted(key, read, key * 4 + 2, key * 4 + 3));
    }

    Verdict verdict =
        Linearizability.check(Format.JSON.parse("keys", text.toString()), Model.keyValue(null));

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Broken.class,
            broken -> {
              assertThat(broken.key()).isEqualTo("\"k4321\"");
              assertThat(broken.conflict()).hasSize(2);
            });
  }

  @Test
  void aSearchThatMayNotRememberEnoughIsUndecided() {
    Verdict verdict =
        Linearizability.check(
            hard(), Model.register(null), new Budget(Duration.ofMinutes(1), 1_000_000));

    assertThat(verdict.toString())
        .isEqualTo("undecided: what there is to remember exceeds 1000000 bytes");
  }

  @Test
  void aSearchThatMayNotTakeLongIsUndecided() {
    Verdict verdict =
        Linearizability.check(
            hard(), Model.register(null), new Budget(Duration.ofMillis(20), 1L << 30));

    assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
    assertThat(verdict.toString()).contains("no answer within PT0.02S");
  }

  @Test
  void aLongHistoryOfOneKeyDoesNotOverflowTheStack() {
    Shape shape = new Shape(List.of(Kind.READ, Kind.WRITE, Kind.CAS), 200_000, 4, 1, 3, 0, 0, 0);
    History history = RandomHistory.of(new SplittableRandom(1), shape, null);

    assertThat(Linearizability.check(history, Model.register(null)).holds()).isTrue();
  }

  /** Sums of distinct powers of two in any order, and a read of one that does not exist. */
  private static History hard() {
    History.Builder history = History.builder();
    for (int i = 0; i < 60; i++) {
      history.invoke(i, Kind.ADD, null, 1L << i, i);
    }
    int read = history.invoke(60, Kind.READ, null, null, 60);
    history.ok(read, history.values().of(-5L), 61);
    return history.build();
  }

  private static Verdict judge(String... events) {
    StringBuilder log = new StringBuilder();
    for (String event : events) {
      log.append("INFO jepsen.util - ").append(event).append('\n');
    }
    return Linearizability.check(
        Format.JEPSEN.parse("a.log", log.toString()), Model.register(null));
  }

  private static History log(String events) {
    StringBuilder log = new StringBuilder();
    String asked = "";
    int process = 0;
    for (String event : events.split(", ", -1)) {
      String[] words = event.split(" ", 2);
      String type =
          switch (words[0]) {
            case "ok", "fail", "info" -> words[0];
            default -> "invoke";
          };
      if (type.equals("invoke")) {
        asked = event;
        process++;
      }
      String[] question = asked.split(" ", 2);
      String value =
          type.equals("info")
              ? ":timed-out"
              : type.equals("ok") && words.length > 1
                  ? words[1]
                  : question.length > 1 ? question[1] : "nil";
      log.append("INFO jepsen.util - %d :%s :%s %s%n".formatted(process, type, question[0], value));
    }
    return Format.JEPSEN.parse("a.log", log.toString());
  }
}
