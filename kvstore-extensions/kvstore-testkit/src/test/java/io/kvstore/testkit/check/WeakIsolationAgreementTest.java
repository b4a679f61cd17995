package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.TransactionHistory.Shape;
import io.kvstore.testkit.check.WeakIsolation.Level;
import io.kvstore.testkit.history.History;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Weak isolation is found where the definitions say that there is some, and only there. */
class WeakIsolationAgreementTest {
  private static final Model ZERO = Model.keyValue(0L);

  @Test
  void theFewWritesThatArePutInOrderSayWhatTheDefinitionsSay() {
    Map<Level, int[]> counts = new EnumMap<>(Level.class);
    for (int seed = 0; seed < 15_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double stale = random.nextDouble();
      double wrong = random.nextInt(4) == 0 ? random.nextDouble() * 0.3 : 0;
      Shape shape =
          new Shape(
              1 + random.nextInt(4),
              2 + random.nextInt(5),
              1 + random.nextInt(4),
              1 + random.nextInt(3),
              stale,
              wrong);
      History history = TransactionHistory.of(random, shape);
      for (Level level : Level.values()) {
        Verdict verdict = WeakIsolation.check(history, ZERO, level);

        assertThat(verdict.holds())
            .as("seed %s, %s: %s%n%s", seed, level, verdict, Sketch.draw(history))
            .isEqualTo(PlainIsolation.holds(history, level));
        assertThat(verdict).isNotInstanceOf(Verdict.Undecided.class);
        counts.computeIfAbsent(level, any -> new int[2])[verdict.holds() ? 0 : 1]++;
      }
    }
    counts.forEach(
        (level, count) -> {
          assertThat(count[0]).as(level + " holds").isGreaterThan(600);
          assertThat(count[1]).as(level + " is broken").isGreaterThan(600);
        });
  }

  @Test
  void transactionsOfOneOperationAreCausalIfTheHistoryConverges() {
    int[] counts = new int[2];
    for (int seed = 0; seed < 5_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Shape shape = new Shape(2 + random.nextInt(6), 40, 1, 1 + random.nextInt(5), 0.1, 0);
      History history = TransactionHistory.of(random, shape);

      Verdict verdict = WeakIsolation.check(history, ZERO, Level.CAUSAL);

      assertThat(verdict.holds())
          .as("seed %s: %s", seed, verdict)
          .isEqualTo(Causal.checkConvergence(history, ZERO, Budget.DEFAULT).holds());
      counts[verdict.holds() ? 0 : 1]++;
    }
    assertThat(counts[0]).isGreaterThan(500);
    assertThat(counts[1]).isGreaterThan(500);
  }
}
