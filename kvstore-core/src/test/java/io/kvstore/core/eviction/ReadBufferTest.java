package io.kvstore.core.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadBufferTest {
  private final ReadBuffer buffer = new ReadBuffer();

  private List<Bytes> drained() {
    List<Bytes> all = new ArrayList<>();
    buffer.drain(all::add);
    return all;
  }

  @Test
  void whatWasAddedIsTakenOutOnce() {
    buffer.add(Bytes.of("a"));
    buffer.add(Bytes.of("b"));
    buffer.add(Bytes.of("a"));

    assertThat(drained()).containsExactlyInAnyOrder(Bytes.of("a"), Bytes.of("b"), Bytes.of("a"));
    assertThat(drained()).isEmpty();
  }

  @Test
  void whereItIsNotTakenOutTheNewestRemain() {
    boolean isDue = false;
    for (int i = 0; i < 10_000; i++) {
      isDue |= buffer.add(Bytes.of("same"));
    }

    assertThat(isDue).isTrue();
    assertThat(drained()).isNotEmpty().hasSizeLessThan(100);
    assertThat(buffer.count()).isEqualTo(10_000);
  }
}
