package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class FootprintTest {
  private static Pair pair(String key, String value) {
    return new Pair(Bytes.of(key), Entry.of(Bytes.of(value), 1));
  }

  @Test
  void whatIsLongerKeepsMore() {
    long small = Footprint.of(List.of(pair("k", "v")));

    assertThat(Footprint.of(List.of(pair("k", "v".repeat(1_001))))).isEqualTo(small + 1_000);
    assertThat(Footprint.of(List.of(pair("k".repeat(101), "v")))).isEqualTo(small + 100);
    assertThat(Footprint.of(List.of(pair("k", "v"), pair("k", "v")))).isGreaterThan(small + 2);
  }

  @Test
  void aClockCountsByItsLength() {
    assertThat(Footprint.of((VectorClock) null)).isZero();
    assertThat(Footprint.of(VectorClock.of(new long[] {1, 2, 3}))).isEqualTo(24);
  }
}
