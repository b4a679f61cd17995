package io.kvstore.testkit.check;

import io.kvstore.testkit.check.CausalHistory.Flaw;
import io.kvstore.testkit.check.CausalHistory.Shape;
import io.kvstore.testkit.history.History;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Measures the processor time of the causal checkers once warm, on histories of 50 sessions.
 *
 * <p>{@code mvn test-compile exec:java -pl kvstore-extensions/kvstore-testkit -Dexec.skip=false
 * -Dexec.mainClass=io.kvstore.testkit.check.CausalSpeed -Dexec.classpathScope=test}
 */
public final class CausalSpeed {
  private static final int ROUNDS = 9;
  private static final Budget BUDGET = new Budget(Duration.ofMinutes(1), 1L << 30);
  private static final Model MAP = Model.keyValue(null);

  private CausalSpeed() {}

  /** No arguments. */
  public static void main(String[] none) {
    for (int keys : new int[] {10, 1_000, 100_000}) {
      String what = "1,000,000 operations, 50 sessions, " + keys + " keys: ";
      History converging = history(1_000_000, keys, Flaw.NONE);
      measure(what + "convergence", () -> Causal.checkConvergence(converging, MAP, BUDGET));
      History other = history(1_000_000, keys, Flaw.DOES_NOT_CONVERGE);
      measure(what + "not converging", () -> Causal.checkConvergence(other, MAP, BUDGET));
      measure(what + "consistency of that", () -> Causal.checkConsistency(other, MAP, BUDGET));
    }
    for (int keys : new int[] {10, 1_000, 100_000}) {
      History single = history(1_000_000, keys, Flaw.NONE);
      History other = history(1_000_000, keys, Flaw.DOES_NOT_CONVERGE);
      for (WeakIsolation.Level level : WeakIsolation.Level.values()) {
        String what = "1,000,000 operations, 50 sessions, " + keys + " keys: " + level;
        measure(what, () -> WeakIsolation.check(single, MAP, level, BUDGET));
        measure(what + ", not converging", () -> WeakIsolation.check(other, MAP, level, BUDGET));
      }
    }
    for (int keys : new int[] {1_000, 100_000}) {
      TransactionHistory.Shape shape = new TransactionHistory.Shape(50, 100_000, 19, keys, 0, 0);
      History transactions = TransactionHistory.of(new SplittableRandom(1), shape);
      for (WeakIsolation.Level level : WeakIsolation.Level.values()) {
        measure(
            "100,000 transactions of 10, 50 sessions, " + keys + " keys: " + level,
            () -> WeakIsolation.check(transactions, Model.keyValue(0L), level, BUDGET));
      }
    }
    for (int operations : new int[] {1_000, 10_000, 100_000}) {
      History history = history(operations, 100, Flaw.DOES_NOT_CONVERGE);
      measure(
          operations + " operations, 50 sessions, 100 keys: memory",
          () -> Causal.checkMemory(history, MAP, BUDGET));
    }
  }

  private static History history(int operations, int keys, Flaw flaw) {
    Shape shape = new Shape(operations, 50, keys, 0.5, 0, 0, false, flaw);
    return CausalHistory.of(new SplittableRandom(1), shape);
  }

  private static void measure(String what, Supplier<Verdict> check) {
    Verdict verdict = check.get();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      verdict = check.get();
      millis.add((ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6);
    }
    millis.sort(Comparator.naturalOrder());
    System.out.printf(
        "%9.1f ms (median), %9.1f (worst): %s: %s%n",
        millis.get(ROUNDS / 2),
        millis.get(ROUNDS - 1),
        what,
        verdict.toString().lines().findFirst().orElseThrow());
  }
}
