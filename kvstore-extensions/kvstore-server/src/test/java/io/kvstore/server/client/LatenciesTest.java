package io.kvstore.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is told of many numbers, beside the numbers themselves. */
final class LatenciesTest {
  @Test
  void percentilesAreThoseOfTheSortedNumbers() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      long[] all = new long[1 + random.nextInt(2_000)];
      Latencies some = new Latencies();
      Latencies others = new Latencies();
      for (int i = 0; i < all.length; i++) {
        all[i] = (long) Math.exp(random.nextDouble() * 40);
        (random.nextBoolean() ? some : others).add(all[i]);
      }
      some.add(others);
      Arrays.sort(all);
      for (double percent : new double[] {0, 50, 90, 99, 99.9, 100}) {
        int rank = Math.max(1, (int) Math.ceil(percent / 100 * all.length));
        long right = all[rank - 1];
        assertThat((double) some.percentileNanos(percent))
            .as("seed %d, %s percent", seed, percent)
            .isCloseTo((double) right, within(right / 60.0 + 1));
      }
      assertThat(some.number()).isEqualTo(all.length);
      assertThat(some.longestNanos()).isEqualTo(all[all.length - 1]);
      assertThat(some.meanNanos())
          .isCloseTo(Arrays.stream(all).average().orElseThrow(), within(1.0));
    }
  }

  @Test
  void theLongestNumberHasARoom() {
    Latencies latencies = new Latencies();
    latencies.add(Long.MAX_VALUE);
    latencies.add(-1);
    assertThat(latencies.percentileNanos(100)).isEqualTo(Long.MAX_VALUE);
    assertThat(latencies.percentileNanos(1)).isZero();
  }
}
