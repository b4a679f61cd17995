package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.spi.VectorClock;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
  @Test
  void aPositionSurvivesBeingWrittenDown() {
    for (int seed = 0; seed < 500; seed++) {
      Position position = randomPosition(new Random(seed));
      assertThat(Position.parse(position.toString())).as("seed %d", seed).isEqualTo(position);
    }
  }

  @Test
  void theTextIsShortAndHasNoSpaces() {
    Position position = Position.START.with(2, VectorClock.of(5)).with(0, VectorClock.of(1, 0, 3));
    assertThat(position).hasToString("0:1,0,3;2:5");
    assertThat(Position.START).hasToString("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1", "1:x", "-1:2", "1:2;", ":1", "1:2;3", "1: 2", "1:-2"})
  void whatIsNoPositionIsRefused(String text) {
    assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMergeCoversBothAndNothingMore() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Position left = randomPosition(random);
      Position right = randomPosition(random);
      Position merged = left.merge(right);
      assertThat(merged.covers(left)).as("seed %d", seed).isTrue();
      assertThat(merged.covers(right)).as("seed %d", seed).isTrue();
      assertThat(right.merge(left)).as("seed %d", seed).isEqualTo(merged);
      for (int shard : merged.shards()) {
        assertThat(merged.in(shard)).isEqualTo(left.in(shard).merge(right.in(shard)));
      }
    }
  }

  @Test
  void aPlaceInOneShardSaysNothingOfOthers() {
    Position one = Position.START.with(1, VectorClock.of(9));
    Position other = Position.START.with(2, VectorClock.of(1));
    assertThat(one.covers(Position.START)).isTrue();
    assertThat(Position.START.covers(one)).isFalse();
    assertThat(one.covers(other)).isFalse();
    assertThat(one.in(2)).isEqualTo(VectorClock.ZERO);
    assertThat(one.shards()).containsExactly(1);
  }

  private static Position randomPosition(Random random) {
    Position position = Position.START;
    for (int i = random.nextInt(5); i > 0; i--) {
      long[] counts = random.longs(random.nextInt(1, 4), 0, Long.MAX_VALUE).toArray();
      position = position.with(random.nextInt(4_096), VectorClock.of(counts));
    }
    return position;
  }
}
