package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker says what the plain definitions say, of whatever may happen. */
class SessionGuaranteesAgreementTest {
  private static final Model MAP = Model.keyValue(null);
  private static final int HISTORIES = 30_000;

  @ParameterizedTest
  @EnumSource
  void whereAllIsKnownTheVerdictsAreThoseOfTheDefinitions(SessionGuarantee guarantee) {
    int[] counts = agree(guarantee, false);
    assertThat(counts[2]).as("undecided").isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whereReadsAreAmbiguousTheVerdictsAreStillRight(SessionGuarantee guarantee) {
    int[] counts = agree(guarantee, true);
    assertThat(counts[2]).as("undecided").isLessThan(HISTORIES / 50);
  }

  private static int[] agree(SessionGuarantee guarantee, boolean repeats) {
    int[] counts = new int[3];
    for (int seed = 0; seed < HISTORIES; seed++) {
      History history = history(new SplittableRandom(seed), repeats);
      boolean expected = PlainGuarantees.holds(history, guarantee, null);
      Verdict verdict = SessionGuarantees.check(history, guarantee, MAP);
      int said = verdict.holds() ? 0 : verdict instanceof Verdict.Broken ? 1 : 2;
      counts[said]++;
      String what =
          String.format("%s, seed %d%n%s%n%s", guarantee, seed, Sketch.draw(history), verdict);
      if (said == 2) {
        assertThat(PlainGuarantees.isAmbiguous(history, null)).as(what).isTrue();
      } else {
        assertThat(said).as(what).isEqualTo(expected ? 0 : 1);
      }
      if (verdict instanceof Verdict.Broken broken) {
        assertThat(broken.conflict()).as(what).hasSizeBetween(1, 4).doesNotHaveDuplicates();
        if (!repeats && !hasUnknown(history)) {
          History few = history.only(row -> contains(broken, row));
          assertThat(SessionGuarantees.check(few, guarantee, MAP).holds()).as(what).isFalse();
        }
      }
    }
    assertThat(counts[0]).as("holding").isGreaterThan(HISTORIES / 20);
    assertThat(counts[1]).as("broken").isGreaterThan(HISTORIES / 20);
    return counts;
  }

  /** The version of what is unknown may be told by operations that the witness can do without. */
  private static boolean hasUnknown(History history) {
    return IntStream.range(0, history.size())
        .anyMatch(row -> history.outcome(row) == Outcome.UNKNOWN);
  }

  private static boolean contains(Verdict.Broken broken, int row) {
    return broken.conflict().stream().anyMatch(operation -> operation.index() == row);
  }

  /** Whatever is causal has all four; deletes and unknown outcomes are in it. */
  @Test
  void aCausalStoreHasAllOfThem() {
    int undecided = 0;
    for (int seed = 0; seed < 200; seed++) {
      RandomGenerator random = new SplittableRandom(seed);
      boolean tells = random.nextBoolean();
      History history =
          CausalHistory.of(
              random,
              new CausalHistory.Shape(
                  200, 4, 5, 0.3, 0.05 * (seed % 2), 0.05, tells, CausalHistory.Flaw.NONE));
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        Verdict verdict = SessionGuarantees.check(history, guarantee, MAP);
        assertThat(verdict).as("seed %d", seed).isNotInstanceOf(Verdict.Broken.class);
        undecided += verdict.holds() ? 0 : 1;
      }
    }
    assertThat(undecided).isLessThan(80);
  }

  /** Where sessions go back, what they see says nothing of the order of others' writes. */
  private static boolean isIndependent(SessionGuarantee guarantee, SessionGuarantee forgotten) {
    return guarantee != forgotten
        && (forgotten != SessionGuarantee.MONOTONIC_READS
            || guarantee == SessionGuarantee.READ_YOUR_WRITES);
  }

  @ParameterizedTest
  @EnumSource
  void aStoreThatForgetsOneOfThemBreaksThatOneAndNoOther(SessionGuarantee forgotten) {
    int broken = 0;
    for (int seed = 0; seed < 500; seed++) {
      History history = SessionHistory.of(new SplittableRandom(seed), forgotten);
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        Verdict verdict = SessionGuarantees.check(history, guarantee, MAP);
        if (guarantee == forgotten) {
          broken += verdict instanceof Verdict.Broken ? 1 : 0;
        } else if (isIndependent(guarantee, forgotten)) {
          assertThat(verdict.toString()).as("%s, seed %d", guarantee, seed).isEqualTo("holds");
        }
      }
    }
    assertThat(broken).as("broken").isGreaterThan(20);
  }

  @Test
  void aStoreThatForgetsNoneHasThemAll() {
    for (int seed = 0; seed < 200; seed++) {
      History history = SessionHistory.of(new SplittableRandom(seed), null);
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        assertThat(SessionGuarantees.check(history, guarantee, MAP).toString())
            .as("%s, seed %d", guarantee, seed)
            .isEqualTo("holds");
      }
    }
  }

  private static History history(RandomGenerator random, boolean repeats) {
    History.Builder history = History.builder();
    int operations = 3 + random.nextInt(6);
    int sessions = 2 + random.nextInt(2);
    int keys = 1 + random.nextInt(3);
    int versions = random.nextInt(3); // none, some, all
    int[] kinds = random.ints(operations, 0, 20).toArray();
    int[] keyOf = random.ints(operations, 0, keys).toArray();
    long[] versionOf = random.longs(operations, 0, 2).toArray();
    for (int i = 0; i < operations; i++) {
      boolean isTold = versions == 2 || (versions == 1 && versionOf[i] == 0);
      versionOf[i] = isTold ? 2 * i + random.nextInt(5) * 2 + (long) i / 32 : Values.NONE;
      for (int other = 0; other < i; other++) {
        versionOf[i] += isTold && versionOf[other] == versionOf[i] ? 100 + i : 0;
      }
    }
    int process = 0;
    for (int i = 0; i < operations; i++) {
      boolean isAtOnce = i > 0 && kinds[i] < 4 && kinds[i - 1] < 4;
      process = isAtOnce ? process : random.nextInt(sessions);
      perform(history, random, i, process, kinds, keyOf, versionOf, repeats);
      if (isAtOnce && random.nextBoolean() && history.size() == i + 1) {
        history.together(i - 1);
      }
    }
    return history.build();
  }

  private static void perform(
      History.Builder history,
      RandomGenerator random,
      int i,
      int process,
      int[] kinds,
      int[] keyOf,
      long[] versionOf,
      boolean repeats) {
    boolean isRead = kinds[i] < 10;
    boolean isDelete = repeats && kinds[i] > 16;
    boolean isCas = !isDelete && kinds[i] == 10;
    Kind kind = isRead ? Kind.READ : isDelete ? Kind.DELETE : isCas ? Kind.CAS : Kind.WRITE;
    int argument =
        isRead || isDelete ? Values.NONE : history.values().of(repeats ? 1L + i % 3 : i + 1L);
    int from = seen(random, kinds, keyOf, i);
    int seen =
        from < 0 || (repeats && kinds[from] > 16)
            ? Values.NIL
            : history.values().of(repeats ? 1L + from % 3 : from + 1L);
    int key = history.values().of("xyz".substring(keyOf[i], keyOf[i] + 1));
    // Operations of one moment have the same times.
    int row = history.invoke(process, kind, key, argument, isCas ? seen : Values.NONE, 0);
    boolean tells = isRead || (!isCas && random.nextInt(4) == 0);
    boolean isUnknown = !isRead && !isCas && random.nextInt(8) == 0;
    if (!isUnknown) {
      history.ok(row, isCas ? Values.TRUE : tells ? seen : Values.NONE, 1);
    }
    int told = isRead ? from : i;
    boolean isPut = told >= 0 && !(repeats && kinds[told] > 16);
    if (isPut && versionOf[told] >= 0 && !isUnknown) {
      history.version(row, versionOf[told]);
    }
  }

  private static int seen(RandomGenerator random, int[] kinds, int[] keyOf, int self) {
    for (int tries = 0; tries < 6; tries++) {
      int other = random.nextInt(kinds.length);
      if (kinds[other] >= 10 && keyOf[other] == keyOf[self] && other != self) {
        return other;
      }
    }
    return -1;
  }
}
