package io.kvstore.testkit.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The anomalies are found in small random histories that the definitions do not explain. */
class ListAppendAgreementTest {
  private final int[] counts = new int[2];

  /** Where all lists are read in the end, what was appended is known in its order. */
  @ParameterizedTest
  @EnumSource(
      names = {"SNAPSHOT", "SERIALIZABLE", "STRONG_SESSION_SERIALIZABLE", "STRICT_SERIALIZABLE"})
  void anAnomalyIsFoundIfNoOrderExplainsTheReads(Isolation level) {
    for (int seed = 0; seed < 8_000; seed++) {
      List<Transaction> transactions = new RandomTransactions(seed, true).make();
      Findings findings = findings(transactions);

      assertThat(findings.allow(level))
          .as("seed %s, %s:%n%s%n%s", seed, level, lines(transactions), findings)
          .isEqualTo(PlainTransactions.hold(transactions, level));
      counts[findings.allow(level) ? 0 : 1]++;
    }
    assertThat(counts[0]).as("hold").isGreaterThan(800);
    assertThat(counts[1]).as("broken").isGreaterThan(800);
  }

  @Test
  void whateverWasNotReadNothingIsFoundWhereAnOrderExplainsTheReads() {
    for (int seed = 0; seed < 8_000; seed++) {
      List<Transaction> transactions = new RandomTransactions(seed, false).make();
      Findings findings = findings(transactions);
      for (Isolation level :
          List.of(
              Isolation.SNAPSHOT,
              Isolation.SERIALIZABLE,
              Isolation.STRONG_SESSION_SERIALIZABLE,
              Isolation.STRICT_SERIALIZABLE)) {
        if (!findings.allow(level)) {
          assertThat(PlainTransactions.hold(transactions, level))
              .as("seed %s, %s:%n%s%n%s", seed, level, lines(transactions), findings)
              .isFalse();
          counts[1]++;
        }
      }
    }
    assertThat(counts[1]).as("broken").isGreaterThan(800);
  }

  private static Findings findings(List<Transaction> transactions) {
    ListAppend lists = new ListAppend();
    transactions.forEach(lists::add);
    return lists.check();
  }

  private static String lines(List<Transaction> transactions) {
    StringBuilder lines = new StringBuilder();
    transactions.forEach(each -> lines.append(each).append('\n'));
    return lines.toString();
  }

  /** Few transactions, of which some read what is old, and some see each other's in part. */
  private static final class RandomTransactions {
    private final SplittableRandom random;
    private final boolean isReadInTheEnd;
    private final Map<Object, List<Object>> committed = new HashMap<>();
    private final List<Transaction> made = new ArrayList<>();
    private final double stale;
    private int value;

    RandomTransactions(long seed, boolean isReadInTheEnd) {
      random = new SplittableRandom(seed);
      stale = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.6;
      this.isReadInTheEnd = isReadInTheEnd;
    }

    List<Transaction> make() {
      int keys = 1 + random.nextInt(3);
      int count = 2 + random.nextInt(3);
      Map<String, Long> free = new HashMap<>();
      for (int number = 0; number < count; number++) {
        String client = "c" + random.nextInt(3);
        long begun = free.getOrDefault(client, 0L) + random.nextInt(4);
        long ended = begun + 1 + random.nextInt(6);
        free.put(client, ended + 1);
        int chance = random.nextInt(12);
        Outcome outcome = chance == 0 ? Outcome.UNKNOWN : chance == 1 ? Outcome.FAIL : Outcome.OK;
        made.add(
            new Transaction(
                number,
                client,
                steps(keys, outcome),
                outcome,
                begun,
                outcome == Outcome.UNKNOWN ? Long.MAX_VALUE : ended));
      }
      if (isReadInTheEnd) {
        List<Step> reads = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
          reads.add(new Step.Read(key, committed.getOrDefault(key, List.of())));
        }
        made.add(new Transaction(count, "z", reads, Outcome.OK, 1_000, 1_001));
      }
      return made;
    }

    private List<Step> steps(int keys, Outcome outcome) {
      List<Step> steps = new ArrayList<>();
      Map<Object, List<Object>> own = new HashMap<>();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        Object key = random.nextInt(keys);
        if (random.nextBoolean()) {
          own.computeIfAbsent(key, any -> new ArrayList<>()).add(++value);
          steps.add(new Step.Append(key, value));
        } else {
          List<Object> all = committed.getOrDefault(key, List.of());
          int seen = random.nextDouble() < stale ? random.nextInt(all.size() + 1) : all.size();
          List<Object> read = new ArrayList<>(all.subList(0, seen));
          read.addAll(own.getOrDefault(key, List.of()));
          steps.add(new Step.Read(key, read));
        }
      }
      boolean takesPlace =
          outcome == Outcome.OK
              || (outcome == Outcome.UNKNOWN ? random.nextBoolean() : random.nextInt(8) == 0);
      if (takesPlace) {
        own.forEach((key, values) -> insert(key, values));
      }
      return steps;
    }

    /** Mostly behind all others; now and then before the last, or torn apart. */
    private void insert(Object key, List<Object> values) {
      List<Object> all = committed.computeIfAbsent(key, any -> new ArrayList<>());
      for (Object each : values) {
        boolean isEarly = !all.isEmpty() && random.nextDouble() < stale / 4;
        all.add(isEarly ? all.size() - 1 : all.size(), each);
      }
    }
  }
}
