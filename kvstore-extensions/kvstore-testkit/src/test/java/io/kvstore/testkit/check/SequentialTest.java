package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.RandomHistory.Shape;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequentialTest {
  private static final Model EMPTY = Model.keyValue(null);
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(10), 64 << 20);

  /** Each word is a session's operation, such as {@code 0:x=1} or {@code 1:x?1}, in real time. */
  private static History history(String operations) {
    History.Builder history = History.builder();
    long time = 0;
    for (String word : operations.strip().split(" +", -1)) {
      int process = word.charAt(0) - '0';
      String key = word.substring(2, 3);
      String value = word.substring(4);
      boolean isRead = word.charAt(3) == '?';
      Long number = value.equals("-") ? null : Long.valueOf(value);
      int operation =
          history.invoke(
              process, isRead ? Kind.READ : Kind.WRITE, key, isRead ? null : number, time++);
      history.ok(operation, isRead ? history.values().of(number) : Values.NONE, time++);
    }
    return history.build();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an old read                     | 0:x=1 0:x=2 1:x?1            | holds
          back in time                    | 0:x=1 0:x=2 1:x?2 1:x?1      | broken
          one's own write is not seen     | 0:x=1 0:x?-                  | broken
          store buffering                 | 0:x=1 1:y=1 0:y?- 1:x?-      | broken
          store buffering, one is seen    | 0:x=1 1:y=1 0:y?- 1:x?1      | holds
          two readers disagree (IRIW)     | 0:x=1 1:y=1 2:x?1 2:y?- 3:y?1 3:x?- | broken
          message passing                 | 0:x=1 0:y=1 1:y?1 1:x?-      | broken
          message passing, nothing yet    | 0:x=1 0:y=1 1:y?- 1:x?1      | holds
          writes of one key in two orders | 0:x=1 1:x=2 2:x?1 2:x?2 3:x?2 3:x?1 | broken
          nobody wrote it                 | 0:x?7                        | broken
          """)
  void litmus(String name, String operations, String verdict) {
    assertThat(Sequential.check(history(operations), EMPTY, BUDGET).toString())
        .as(name)
        .startsWith(verdict);
  }

  @Test
  void partsOfABatchHappenAtOneMoment() {
    History history =
        Format.JSON.parse(
            "batch",
            """
            {"process":0,"f":"put","key":"x","value":1,"invoked":0,"returned":1}
            {"process":0,"f":"put","key":"y","value":1,"invoked":0,"returned":1,"with":0}
            {"process":1,"f":"get","key":"x","result":1,"invoked":2,"returned":3}
            {"process":1,"f":"get","key":"y","result":null,"invoked":2,"returned":3,"with":2}
            """);
    assertThat(Sequential.check(history, EMPTY, BUDGET)).isInstanceOf(Broken.class);
  }

  @Test
  void aSessionThatFollowsAnotherHasSeenWhatThatHas() {
    String text =
        """
        {"process":0,"f":"put","key":"x","value":1,"invoked":0,"returned":1}
        {"process":1,"f":"get","key":"x","result":null,"invoked":2,"returned":3%s}
        """;
    assertThat(Sequential.check(Format.JSON.parse("", text.formatted("")), EMPTY, BUDGET))
        .isInstanceOf(Holds.class);
    assertThat(
            Sequential.check(
                Format.JSON.parse("", text.formatted(",\"follows\":0")), EMPTY, BUDGET))
        .isInstanceOf(Broken.class);
  }

  @Test
  void theOrderThatTheStoreTellsOfIsEnough() {
    History.Builder history = History.builder();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      int write = history.invoke(random.nextInt(50), Kind.WRITE, "k", (long) (i % 10), i * 2L);
      history.ok(write, Values.NONE, i * 2L + 1);
      history.position(write, i + 1);
    }
    assertThat(Sequential.check(history.build(), EMPTY, BUDGET)).isInstanceOf(Holds.class);
  }

  @Test
  void aWrongOrderOfTheStoreIsNotBelieved() {
    String text =
        """
        {"process":0,"f":"put","key":"x","value":1,"invoked":0,"returned":1,"position":1}
        {"process":0,"f":"put","key":"x","value":2,"invoked":2,"returned":3,"position":2}
        {"process":1,"f":"get","key":"x","result":2,"invoked":4,"returned":5,"position":2}
        {"process":1,"f":"get","key":"x","result":1,"invoked":6,"returned":7,"position":1}
        """;
    assertThat(Sequential.check(Format.JSON.parse("", text), EMPTY, BUDGET))
        .isInstanceOf(Broken.class);
  }

  @Test
  void theSearchAgreesWithBruteForce() {
    Shape shape =
        new Shape(List.of(Kind.READ, Kind.READ, Kind.WRITE, Kind.CAS), 7, 3, 2, 3, 0.15, 0.1, 0.4);
    int holds = 0;
    for (long seed = 0; seed < 5_000; seed++) {
      History history = RandomHistory.of(new SplittableRandom(seed), shape, null);
      boolean expected = new EveryOrder(history).isThere(new ArrayList<>(), new HashMap<>());
      Verdict verdict = Sequential.check(history, EMPTY, BUDGET);
      assertThat(verdict.holds()).as("seed %s: %s", seed, verdict).isEqualTo(expected);
      holds += expected ? 1 : 0;
    }
    assertThat(holds).isBetween(500, 4_500);
  }

  /** All orders, one after the other. */
  private record EveryOrder(History history) {
    boolean isThere(List<Integer> order, Map<Integer, Integer> state) {
      boolean isComplete = true;
      for (int i = 0; i < history.size(); i++) {
        if (order.contains(i) || history.outcome(i) == Outcome.FAIL) {
          continue;
        }
        isComplete &= history.outcome(i) == Outcome.UNKNOWN;
        if (mayBeNext(i, order)) {
          int before = state.getOrDefault(history.key(i), Values.NIL);
          boolean saysNothing = history.kind(i) == Kind.READ && history.result(i) == Values.NONE;
          int after =
              saysNothing
                  ? before
                  : Model.step(
                      history.values(),
                      Values.NIL,
                      before,
                      history.kind(i),
                      history.argument(i),
                      history.expected(i),
                      history.result(i));
          if (after != Model.IMPOSSIBLE) {
            List<Integer> longer = new ArrayList<>(order);
            longer.add(i);
            Map<Integer, Integer> next = new HashMap<>(state);
            next.put(history.key(i), after);
            if (isThere(longer, next)) {
              return true;
            }
          }
        }
      }
      return isComplete;
    }

    private boolean mayBeNext(int operation, List<Integer> order) {
      for (int i = 0; i < operation; i++) {
        if (history.process(i) == history.process(operation)
            && history.outcome(i) == Outcome.OK
            && !order.contains(i)) {
          return false;
        }
      }
      return true;
    }
  }
}
