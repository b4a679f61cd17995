package io.kvstore.core.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.spi.VectorClock;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
  private final Deliveries delivered = new Deliveries();

  @Test
  void aCountNeverGoesBack() {
    delivered.raise(2, 5);
    delivered.raise(2, 3);

    assertThat(delivered.of(2)).isEqualTo(5);
    assertThat(delivered.of(0)).isZero();
    assertThat(delivered.of(1_000)).isZero();
    assertThat(delivered).hasToString("0,0,5");
  }

  @Test
  void aClockThatWasTakenStaysAsItWas() {
    delivered.raise(0, 1);
    VectorClock taken = delivered.clock();
    delivered.raise(0, 2);

    assertThat(taken).isEqualTo(VectorClock.of(1));
    assertThat(delivered.clock()).isEqualTo(VectorClock.of(2));
  }

  @Test
  void whatIsRaisedByClocksIsTheirMerge() {
    for (long seed = 1; seed <= 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Deliveries tested = new Deliveries();
      VectorClock merged = VectorClock.ZERO;
      for (int step = 0; step < 20; step++) {
        VectorClock more = VectorClock.of(random.longs(random.nextInt(5), 0, 10).toArray());
        tested.raise(more);
        merged = merged.merge(more);
        assertThat(tested.clock()).as("seed " + seed).isEqualTo(merged);
        long highest = 0;
        for (int member = 0; member < merged.length(); member++) {
          assertThat(tested.of(member)).isEqualTo(merged.get(member));
          highest = Math.max(highest, merged.get(member));
        }
        assertThat(tested.highest()).isEqualTo(highest);
      }
    }
  }
}
