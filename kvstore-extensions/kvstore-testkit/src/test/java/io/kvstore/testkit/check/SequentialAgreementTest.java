package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.SequentialHistory.Shape;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of small random histories is what the definition says. */
class SequentialAgreementTest {
  private static final int HISTORIES = 5_000;
  private static final Model MAP = Model.keyValue(null);

  static List<List<Kind>> kinds() {
    return List.of(
        List.of(Kind.READ, Kind.WRITE),
        List.of(Kind.READ, Kind.WRITE, Kind.DELETE),
        List.of(Kind.READ, Kind.WRITE, Kind.CAS, Kind.CAS, Kind.DELETE),
        List.of(Kind.READ, Kind.APPEND, Kind.WRITE),
        List.of(Kind.READ, Kind.ADD, Kind.DELETE));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsSaidIsWhatTheDefinitionSays(List<Kind> kinds) throws IOException {
    int sequential = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      History history = SequentialHistory.of(new SplittableRandom(seed), shape(seed, kinds));
      boolean expected = PlainSequence.exists(history, null);
      Verdict verdict = Sequential.check(history, MAP);
      assertThat(verdict.holds())
          .as("seed %d, %s:%n%s%s", seed, kinds, text(history), verdict)
          .isEqualTo(expected);
      assertThat(verdict).isNotInstanceOf(Verdict.Undecided.class);
      sequential += expected ? 1 : 0;
    }
    assertThat(sequential).isBetween(HISTORIES / 5, HISTORIES * 19 / 20);
  }

  @Test
  void theOrderInWhichItHappenedExplainsIt() throws IOException {
    for (int seed = 0; seed < 2_000; seed++) {
      RandomGenerator random = new SplittableRandom(seed);
      Shape shape = new Shape(30, 3, 2, kinds().get(seed % 5), seed % 2 * 3, 0.1, 0, 0.2);
      Map.Entry<History, int[]> made = SequentialHistory.withOrder(random, shape);

      assertThat(InOrder.checkSequential(made.getKey(), MAP, made.getValue()).toString())
          .as("seed %d:%n%s", seed, text(made.getKey()))
          .isEqualTo("holds");
    }
  }

  private static Shape shape(int seed, List<Kind> kinds) {
    RandomGenerator random = new SplittableRandom(~seed);
    return new Shape(
        3 + random.nextInt(6),
        2 + random.nextInt(2),
        1 + random.nextInt(3),
        kinds,
        random.nextInt(2) * 3,
        random.nextInt(3) * 0.15,
        random.nextInt(3) * 0.15,
        random.nextInt(2) * 0.3);
  }

  private static String text(History history) throws IOException {
    StringBuilder text = new StringBuilder();
    Format.write(history, text);
    return text.toString();
  }
}
