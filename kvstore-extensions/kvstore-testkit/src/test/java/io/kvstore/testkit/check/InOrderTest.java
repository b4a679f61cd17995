package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.SequentialHistory.Shape;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InOrderTest {
  private static final Model MAP = Model.keyValue(null);

  /** Rows count column by column, and in a column from the first session to the last. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the reads find their places | x=1 . x=2 ; . x?1 x?2 | 0 2 | holds | holds
          a read may be late in a session's own time | x=1 . ; . x?nil | 0 | holds | broken
          a session does not go back | x=1 x=2 . ; . x?2 x?1 | 0 1 | broken | broken
          one's own writes are in one's own order | x=1 x=2 | 1 0 | broken | broken
          a write may be early in the sessions' time | x=1 . ; . y=1 | 1 0 | holds | broken
          concurrent ones may be in any order | x=1 ; x=2 | 1 0 | holds | holds
          an answer must be that of one copy | x=1 x1>2 ; x=3 | 0 1 2 | broken | broken
          another order may explain it | x=1 x1>2 ; x=3 | 1 0 2 | holds | holds
          what was answered is in the order | x=1 x=2 | 0 | broken | broken
          what was applied is there once | x=1 | 0 0 | broken | broken
          an unknown one may be there | x=1! x?1 | 0 | holds | holds
          an unknown one need not be there | x=1! x?nil |  | holds | holds
          an unknown one is not early | y=1 x=1! | 1 0 | broken | broken
          """)
  void eachOrderExplainsWhatItExplains(
      String what, String sessions, String rows, String sequential, String linearizable) {
    History history = Sketch.of(sessions.split(";"));
    int[] order =
        rows == null
            ? new int[0]
            : List.of(rows.split(" ")).stream().mapToInt(Integer::parseInt).toArray();

    assertThat(InOrder.checkSequential(history, MAP, order).toString())
        .as(what)
        .startsWith(sequential);
    assertThat(InOrder.checkLinearizable(history, MAP, order).toString())
        .as(what + ", in real time")
        .startsWith(linearizable);
  }

  @Test
  void aBrokenOrderShowsTheOperationAndWhatItRunsInto() {
    Verdict verdict =
        InOrder.checkSequential(Sketch.of("x=1 x=2 .", ". x?2 x?1"), MAP, new int[] {0, 1});

    assertThat(verdict.toString())
        .isEqualTo(
            """
            broken: no place in the order explains it, after what was seen and done before it:\
             process 1: read "x" = 1 [4, 5]
              process 1: read "x" = 2 [2, 3]
              process 1: read "x" = 1 [4, 5]""");
  }

  @Test
  void aHistoryIsExplainedIfAndOnlyIfOneOfItsOrdersExplainsIt() {
    int[] explained = new int[2];
    for (int seed = 0; seed < 3_000; seed++) {
      RandomGenerator random = new SplittableRandom(seed);
      Shape shape =
          new Shape(
              3 + random.nextInt(4),
              2,
              1 + random.nextInt(2),
              SequentialAgreementTest.kinds().get(seed % 5),
              random.nextInt(2) * 3,
              random.nextInt(3) * 0.1,
              random.nextInt(3) * 0.15,
              random.nextInt(2) * 0.3);
      History history = SequentialHistory.of(random, shape);
      for (boolean inRealTime : new boolean[] {false, true}) {
        boolean expected = PlainSequence.exists(history, null, inRealTime);
        assertThat(existsOrder(history, inRealTime, new ArrayList<>()))
            .as("seed %d, %s%n%s", seed, inRealTime, Sketch.draw(history))
            .isEqualTo(expected);
        explained[inRealTime ? 1 : 0] += expected ? 1 : 0;
      }
    }
    assertThat(explained[0]).isBetween(1_000, 2_900);
    assertThat(explained[1]).isBetween(500, 2_700);
  }

  private static boolean existsOrder(History history, boolean inRealTime, List<Integer> order) {
    int[] rows = order.stream().mapToInt(Integer::intValue).toArray();
    Verdict verdict =
        inRealTime
            ? InOrder.checkLinearizable(history, MAP, rows)
            : InOrder.checkSequential(history, MAP, rows);
    if (verdict.holds()) {
      return true;
    }
    for (int row = 0; row < history.size(); row++) {
      if (history.group(row) == row
          && history.kind(row) != Kind.READ
          && history.outcome(row) != Outcome.FAIL
          && !order.contains(row)) {
        order.add(row);
        if (existsOrder(history, inRealTime, order)) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }
}
