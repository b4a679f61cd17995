package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.CausalHistory.Flaw;
import io.kvstore.testkit.check.CausalHistory.Shape;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The bad patterns say of small random histories what the definitions say. */
class CausalAgreementTest {
  private static final Model MAP = Model.keyValue(null);

  /** Counts of what was said. */
  private final int[] counts = new int[3];

  @Test
  void thePatternsSayWhatTheDefinitionsSay() {
    for (int seed = 0; seed < 15_000; seed++) {
      History history = history(new SplittableRandom(seed), false);
      PlainCausality.Levels levels = PlainCausality.of(history, null);
      String what = "seed " + seed + ":\n" + Sketch.draw(history) + "\n";

      agree(what + "consistency", levels.consistency(), consistency(history), false);
      agree(what + "convergence", levels.convergence(), convergence(history), false);
      agree(what + "memory", levels.memory(), memory(history), false);
    }
    assertThat(counts[0]).as("hold").isGreaterThan(7_000);
    assertThat(counts[1]).as("broken").isGreaterThan(7_000);
  }

  @Test
  void whereWritesCannotBeToldApartNothingWrongIsSaid() {
    for (int seed = 0; seed < 6_000; seed++) {
      History history = history(new SplittableRandom(seed), true);
      PlainCausality.Levels levels = PlainCausality.of(history, null);
      String what = "seed " + seed + ":\n" + Sketch.draw(history) + "\n";

      agree(what + "consistency", levels.consistency(), consistency(history), true);
      agree(what + "convergence", levels.convergence(), convergence(history), true);
      agree(what + "memory", levels.memory(), memory(history), true);
    }
    assertThat(counts[2]).as("undecided").isLessThan((counts[0] + counts[1]) / 20);
  }

  @Test
  void aCausalStoreWithDeletesAndUnknownOutcomesIsNeverFoundBroken() {
    for (int seed = 0; seed < 300; seed++) {
      count(convergence(replicated(seed, Flaw.NONE)));
      count(memory(replicated(seed, Flaw.DOES_NOT_CONVERGE)));
    }
    assertThat(counts[1]).as("broken").isZero();
    assertThat(counts[2]).as("undecided").isLessThan(30);
  }

  @Test
  void aStoreThatDoesNotConvergeIsFound() {
    for (int seed = 0; seed < 100; seed++) {
      count(convergence(replicated(seed, Flaw.DOES_NOT_CONVERGE)));
    }
    assertThat(counts[1]).as("broken").isGreaterThan(80);
  }

  @Test
  void aStoreThatForgetsDependenciesIsFound() {
    for (int seed = 0; seed < 100; seed++) {
      count(consistency(replicated(seed, Flaw.FORGETS_DEPENDENCIES)));
    }
    assertThat(counts[1]).as("broken").isGreaterThan(5);
  }

  private void count(Verdict verdict) {
    counts[verdict.holds() ? 0 : verdict instanceof Verdict.Broken ? 1 : 2]++;
  }

  private static History replicated(int seed, Flaw flaw) {
    RandomGenerator random = new SplittableRandom(seed);
    Shape shape =
        new Shape(200, 4, 5, 0.3, random.nextInt(2) * 0.05, 0.05, random.nextBoolean(), flaw);
    return CausalHistory.of(random, shape);
  }

  private void agree(String what, boolean expected, Verdict verdict, boolean mayBeUndecided) {
    int said = verdict.holds() ? 0 : verdict instanceof Verdict.Broken ? 1 : 2;
    counts[said]++;
    if (said != 2 || !mayBeUndecided) {
      assertThat(said).as("%s: %s", what, verdict).isEqualTo(expected ? 0 : 1);
    }
    if (verdict instanceof Verdict.Broken broken) {
      assertThat(broken.conflict()).as(what).isNotEmpty().doesNotHaveDuplicates();
    }
  }

  private static Verdict consistency(History history) {
    return Causal.checkConsistency(history, MAP, Budget.DEFAULT);
  }

  private static Verdict convergence(History history) {
    return Causal.checkConvergence(history, MAP, Budget.DEFAULT);
  }

  private static Verdict memory(History history) {
    return Causal.checkMemory(history, MAP, Budget.DEFAULT);
  }

  /** Answers are whatever somebody writes somewhere, so that most levels are met by some. */
  private static History history(RandomGenerator random, boolean repeats) {
    History.Builder history = History.builder();
    int operations = 3 + random.nextInt(6);
    int sessions = 2 + random.nextInt(2);
    int keys = 1 + random.nextInt(2);
    int[] kinds = new int[operations];
    int[] keyOf = new int[operations];
    for (int i = 0; i < operations; i++) {
      kinds[i] = random.nextInt(20);
      keyOf[i] = random.nextInt(keys);
    }
    for (int i = 0; i < operations; i++) {
      int key = history.values().of("xy".substring(keyOf[i], keyOf[i] + 1));
      int process = random.nextInt(sessions);
      boolean isRead = kinds[i] < 10;
      boolean isDelete = repeats && kinds[i] > 16;
      boolean isCas = !isDelete && kinds[i] == 10;
      Kind kind = isRead ? Kind.READ : isDelete ? Kind.DELETE : isCas ? Kind.CAS : Kind.WRITE;
      long value = repeats ? 1 + i % 3 : i + 1;
      int argument = isRead || isDelete ? Values.NONE : history.values().of(value);
      int seen = seen(history, random, kinds, keyOf, i, repeats);
      int row = history.invoke(process, kind, key, argument, isCas ? seen : Values.NONE, i);
      boolean tells = isRead || (!isCas && random.nextInt(4) == 0);
      if (isRead || random.nextInt(8) > 0) {
        history.ok(row, isCas ? Values.TRUE : tells ? seen : Values.NONE, i);
      }
    }
    return history.build();
  }

  private static int seen(
      History.Builder history,
      RandomGenerator random,
      int[] kinds,
      int[] keyOf,
      int self,
      boolean repeats) {
    for (int tries = 0; tries < 4; tries++) {
      int other = random.nextInt(kinds.length);
      if (kinds[other] >= 10 && keyOf[other] == keyOf[self] && other != self) {
        return repeats && kinds[other] > 16
            ? Values.NIL
            : history.values().of(repeats ? 1L + other % 3 : other + 1L);
      }
    }
    return Values.NIL;
  }
}
