package io.kvstore.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrowingCountTest {
  @Test
  void aCountThatBeginsAgainGoesOn() {
    GrowingCount count = new GrowingCount();
    assertThat(count.next(Double.NaN)).isZero();
    assertThat(count.next(5)).isEqualTo(5);
    assertThat(count.next(7)).isEqualTo(7);
    assertThat(count.next(2)).isEqualTo(9);
    assertThat(count.next(Double.NaN)).isEqualTo(9);
    assertThat(count.next(3)).isEqualTo(10);
  }
}
