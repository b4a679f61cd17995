package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.WatchPosition.Place;
import io.kvstore.spi.VectorClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WatchPositionTest {
  @Test
  void aPositionIsReadAsItWasWritten() {
    WatchPosition position =
        WatchPosition.NOWHERE
            .with(0, new Place(3, VectorClock.of(120)))
            .with(1, new Place(1, VectorClock.ZERO))
            .with(7, new Place(Place.NO_ORDER, VectorClock.of(5, 0, 9)));
    assertThat(position).hasToString("0:120@3;1:@1;7:5,0,9");
    assertThat(WatchPosition.parse(position.toString()))
        .isEqualTo(position)
        .hasSameHashCodeAs(position);
    assertThat(position.in(0).position()).isEqualTo(120);
    assertThat(position.in(0).isInOneOrder()).isTrue();
    assertThat(position.in(7).isInOneOrder()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0", "0:1@", "0:@x", "-1:2@3", "0:1,,2", "0:1;"})
  void whatIsNoPositionIsRefused(String text) {
    assertThatThrownBy(() -> WatchPosition.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no watch position");
  }

  @Test
  void aShardThatIsNotMentionedHasNoPlace() {
    assertThatThrownBy(() -> WatchPosition.parse("0:1@1").in(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("says nothing of shard 1");
  }
}
