package io.kvstore.core.replication;

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

  @Test
  void whatAMemberMayHaveCountedBeforeItCameBackIsMissing() {
    delivered.raise(1, 5);
    delivered.skip(1, 100);
    delivered.raise(1, 101);

    assertThat(delivered.has(1, 5)).isTrue();
    assertThat(delivered.has(1, 6)).isFalse();
    assertThat(delivered.has(1, 99)).isFalse();
    assertThat(delivered.has(1, 100)).isTrue();
    assertThat(delivered.has(1, 101)).isTrue();
    assertThat(delivered.has(1, 102)).isFalse();
    assertThat(delivered.clock()).isEqualTo(VectorClock.of(0, 101));

    delivered.skip(1, 200);
    assertThat(delivered.has(1, 150)).isFalse();
    delivered.closeGaps();
    assertThat(delivered.has(1, 6)).isTrue();
    assertThat(delivered.has(1, 150)).isTrue();
    assertThat(delivered.has(1, 201)).isFalse();
  }

  @Test
  void aCopyGoesItsOwnWay() {
    delivered.skip(0, 10);
    Deliveries copy = delivered.copy();
    delivered.closeGaps();
    delivered.raise(0, 11);

    assertThat(copy.has(0, 5)).isFalse();
    assertThat(copy.of(0)).isEqualTo(10);
  }

  @Test
  void whoHasWhatIsMissingFillsTheGap() {
    delivered.raise(0, 5);
    delivered.skip(0, 100);
    Deliveries half = new Deliveries();
    half.raise(0, 50);
    delivered.merge(half);
    assertThat(delivered.has(0, 50)).isTrue();
    assertThat(delivered.has(0, 51)).isFalse();

    Deliveries all = new Deliveries();
    all.raise(0, 120);
    delivered.merge(all);
    assertThat(delivered.has(0, 51)).isTrue();
    assertThat(delivered.of(0)).isEqualTo(120);
  }

  /** Nobody is taken to have what neither has had. */
  @Test
  void aMergeNeverHasMoreThanEither() {
    for (long seed = 1; seed <= 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Deliveries one = drawn(random);
      Deliveries other = drawn(random);
      Deliveries merged = one.copy();
      merged.merge(other);
      for (int member = 0; member < 2; member++) {
        assertThat(merged.of(member)).isEqualTo(Math.max(one.of(member), other.of(member)));
        for (int number = 1; number < 40; number++) {
          if (merged.has(member, number)) {
            assertThat(one.has(member, number) || other.has(member, number))
                .as("seed %d: %d of %d, %s and %s", seed, number, member, one, other)
                .isTrue();
          }
        }
      }
    }
  }

  private static Deliveries drawn(SplittableRandom random) {
    Deliveries drawn = new Deliveries();
    for (int step = random.nextInt(6); step > 0; step--) {
      int member = random.nextInt(2);
      long count = drawn.of(member) + random.nextInt(8);
      if (random.nextInt(3) == 0) {
        drawn.skip(member, count);
      } else {
        drawn.raise(member, count);
      }
    }
    return drawn;
  }
}
