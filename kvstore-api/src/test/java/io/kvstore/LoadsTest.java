package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Loads that several callers wait for. */
class LoadsTest {
  @Test
  void whoIsInterruptedWhileWaitingIsToldWhatToDo() {
    Loads<Long> loads = new Loads<>();
    Loads.Load<Long> load = loads.join(Bytes.of("abc"), 1, () -> {});
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Loads.await(load, "abc", Long.MAX_VALUE))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("key abc; nothing was applied")
        .hasMessageContaining("try again, which waits for it or finds its value");
    assertThat(Thread.interrupted()).isTrue();
    loads.loaded(load, 3L);
    assertThat(Loads.await(load, "abc", Long.MAX_VALUE)).isEqualTo(3);
  }
}
