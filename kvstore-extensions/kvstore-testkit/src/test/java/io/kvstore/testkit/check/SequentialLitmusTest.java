package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.SequentialHistory.Shape;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequentialLitmusTest {
  private static final Model REGISTERS = Model.keyValue(0L);
  private static final Model MAP = Model.keyValue(null);

  /** The sessions are parted by semicolons; read as {@link Sketch} says. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a write is seen late | x=1 . ; . x?0 x?1 | holds
          a write is seen late by one only | x=1 ; . x?1 ; . x?0 x?1 | holds
          one's own write is seen at once | x=1 x?0 | broken
          what was read is not unread | x=1 ; x?1 x?0 | broken
          two sessions see two writes in one order | x=1 ; x=2 ; x?1 x?2 ; x?1 x?2 | holds
          two sessions see two writes in different orders | x=1 ; x=2 ; x?1 x?2 ; x?2 x?1 | broken
          store buffering | x=1 y?0 ; y=1 x?0 | broken
          independent reads of independent writes | x=1 ; y=1 ; x?1 y?0 ; y?1 x?0 | broken
          message passing | x=1 y=1 ; y?1 x?0 | broken
          load buffering | x?1 y=1 ; y?1 x=1 | broken
          write-read causality | x=1 ; x?1 y=1 ; y?1 x?0 | broken
          figure 3 (a) | x=1 x?2 ; x=2 x?1 | broken
          figure 3 (b) | z=1 x=1 y=1 ; x=2 z?0 y?1 x?2 | broken
          figure 3 (c) | x=1 ; x=2 x?1 x?2 | broken
          figure 3 (d) | x=1 y?0 y=1 x?1 ; x=2 y?0 y=2 x?2 | broken
          two compare-and-sets of the same value | x=1 ; x1>2 ; x1>3 | broken
          compare-and-sets one after the other | x=1 ; x1>2 ; x2>3 | holds
          an unknown write may come late | x=1! y=1 ; y?1 x?0 x?1 | holds
          an unknown write is not taken back | x=1! y=1 ; x?1 x?0 | broken
          an unknown write may never come | x=1! x?0 x?0 | holds
          an unknown write helps a compare-and-set | x=1! ; x1>2 ; x?2 | holds
          a chain of unknown ones | x0>1! x1>2! ; x?2 | holds
          it is after what its session did before | x=1 y=1! ; y?1 x?0 | broken
          """)
  void eachHistoryIsWhatItIsKnownToBe(String what, String sessions, String verdict) {
    for (String[] lines : List.of(sessions.split(";"), Sketch.reversed(sessions.split(";")))) {
      assertThat(Sequential.check(Sketch.of(lines), REGISTERS).toString())
          .as(what)
          .startsWith(verdict);
    }
  }

  @Test
  void aBrokenHistoryShowsTheCircle() {
    Verdict verdict = Sequential.check(Sketch.of("x=1 y?0", "y=1 x?0"), REGISTERS);

    assertThat(verdict.toString()).contains("each of these must be before the next, in a circle");
    assertThat(((Verdict.Broken) verdict).conflict()).hasSize(4);
  }

  @Test
  void whatIsWrittenTogetherIsSeenTogether() {
    assertThat(Sequential.check(together(1L, 1L), MAP).holds()).isTrue();
    assertThat(Sequential.check(together(null, null), MAP).holds()).isTrue();
    assertThat(Sequential.check(together(1L, null), MAP).toString()).startsWith("broken");
    assertThat(Sequential.check(together(null, 1L), MAP).toString()).startsWith("broken");
  }

  /** A batch writes 1 to two keys; a scan reads them. */
  private static History together(Object x, Object y) {
    History.Builder history = History.builder();
    for (String key : List.of("x", "y")) {
      history.ok(history.invoke(0, Kind.WRITE, key, 1L, 0), Values.NONE, 9);
    }
    history.together(0);
    int scan = history.size();
    int readX = history.invoke(1, Kind.READ, history.values().of("x"), -1, -1, 1);
    int readY = history.invoke(1, Kind.READ, history.values().of("y"), -1, -1, 1);
    history.ok(readX, history.values().of(x), 8);
    history.ok(readY, history.values().of(y), 8);
    history.together(scan);
    return history.build();
  }

  @Test
  void whatASessionWasToldOfComesBeforeIt() {
    History.Builder history = History.builder();
    history.ok(history.invoke(0, Kind.WRITE, "x", 1L, 0), Values.NONE, 1);
    int read = history.invoke(1, Kind.READ, history.values().of("x"), -1, -1, 2);
    history.ok(read, Values.NIL, 3);
    assertThat(Sequential.check(history.build(), MAP).holds()).isTrue();

    history.follows(read, 0);

    assertThat(Sequential.check(history.build(), MAP).toString()).startsWith("broken");
  }

  @Test
  void aLongHistoryIsExplainedByWhatMustBeBeforeWhat() {
    Shape shape = new Shape(10_000, 8, 10, List.of(Kind.READ, Kind.WRITE), 0, 0.02, 0, 0.1);
    History history = SequentialHistory.of(new SplittableRandom(7), shape);

    assertThat(Sequential.check(history, MAP).toString()).isEqualTo("holds");
  }

  @Test
  void aSearchThatMayNotTakeLongOrRememberMuchIsUndecided() {
    Shape shape =
        new Shape(3_000, 8, 5, List.of(Kind.READ, Kind.WRITE, Kind.DELETE), 3, 0.02, 0, 0);
    History hard = SequentialHistory.of(new SplittableRandom(3), shape);

    assertThat(Sequential.check(hard, MAP, new Budget(Duration.ofMillis(20), 1L << 28)).toString())
        .isEqualTo("undecided: no answer within PT0.02S");
    assertThat(Sequential.check(hard, MAP, new Budget(Duration.ofMinutes(1), 1L << 20)).toString())
        .isEqualTo("undecided: what there is to remember exceeds 1048576 bytes");
  }
}
