package io.kvstore.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorClockTest {
  @Test
  void whoIsNotMentionedCountsZero() {
    assertThat(VectorClock.of(1, 2, 0, 0)).isEqualTo(VectorClock.of(1, 2));
    assertThat(VectorClock.of(0, 0)).isSameAs(VectorClock.ZERO);
    assertThat(VectorClock.of(1, 2).get(7)).isZero();
    assertThat(VectorClock.of(1, 2, 0)).hasSameHashCodeAs(VectorClock.of(1, 2));
    assertThat(VectorClock.of(1, 2).covers(VectorClock.of(1, 2, 0))).isTrue();
  }

  @Test
  void concurrentClocksDoNotCoverEachOther() {
    VectorClock left = VectorClock.of(2, 1);
    VectorClock right = VectorClock.of(1, 2);
    assertThat(left.covers(right)).isFalse();
    assertThat(right.covers(left)).isFalse();
    assertThat(left.merge(right)).isEqualTo(VectorClock.of(2, 2));
  }

  @Test
  void oneCountChangesAlone() {
    VectorClock before = VectorClock.of(1);
    assertThat(before.with(2, 5)).isEqualTo(VectorClock.of(1, 0, 5));
    assertThat(before.with(0, 0)).isEqualTo(VectorClock.ZERO);
    assertThat(before).isEqualTo(VectorClock.of(1));
  }

  @Test
  void aClockIsItsCounts() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      long[] counts = random.longs(7, 0, 3).toArray();
      VectorClock clock = VectorClock.of(counts);
      int member = random.nextInt(counts.length);
      counts[member] = random.nextInt(3);
      VectorClock changed = clock.with(member, counts[member]);
      for (int i = 0; i < counts.length; i++) {
        assertThat(changed.get(i)).as("seed %d, member %d", seed, i).isEqualTo(counts[i]);
      }
      assertThat(changed)
          .as("seed %d", seed)
          .isEqualTo(VectorClock.of(counts))
          .hasSameHashCodeAs(VectorClock.of(counts));
      assertThat(changed.length()).as("seed %d", seed).isEqualTo(lengthOf(counts));
      assertThat(changed.equals(clock)).as("seed %d", seed).isEqualTo(clock.equals(changed));
    }
  }

  private static int lengthOf(long[] counts) {
    int length = counts.length;
    while (length > 0 && counts[length - 1] == 0) {
      length--;
    }
    return length;
  }

  @Test
  void aNegativeCountIsRefused() {
    assertThatThrownBy(() -> VectorClock.of(1, -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-2");
  }

  @Test
  void aMergeIsTheLeastThatCoversBoth() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      VectorClock left = randomClock(random);
      VectorClock right = randomClock(random);
      VectorClock third = randomClock(random);
      VectorClock merged = left.merge(right);
      assertThat(merged).as("seed %d", seed).isEqualTo(right.merge(left));
      assertThat(merged.merge(third)).as("seed %d", seed).isEqualTo(left.merge(right.merge(third)));
      assertThat(third.covers(merged))
          .as("seed %d", seed)
          .isEqualTo(third.covers(left) && third.covers(right));
      assertThat(left.covers(right)).as("seed %d", seed).isEqualTo(merged.equals(left));
    }
  }

  @Test
  void aClockSurvivesBeingWrittenDown() {
    for (int seed = 0; seed < 200; seed++) {
      VectorClock clock = randomClock(new Random(seed));
      assertThat(VectorClock.parse(clock.toString())).as("seed %d", seed).isEqualTo(clock);
    }
    assertThat(VectorClock.of(Long.MAX_VALUE, 0, 1)).hasToString("9223372036854775807,0,1");
    assertThatThrownBy(() -> VectorClock.parse("1,,2"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static VectorClock randomClock(Random random) {
    return VectorClock.of(random.longs(random.nextInt(7), 0, 3).toArray());
  }
}
