package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kvstore.KVStore;
import org.junit.jupiter.api.Test;

/** A simulation that is to find an end within some number of events. */
class MostEventsTest {
  private static String putAndGet(Simulation simulation) {
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      store.put("k", "v");
      return store.get("k").orElse("");
    }
  }

  @Test
  void whatGoesOnForLongerFindsNoEnd() {
    assertThatIllegalStateException()
        .isThrownBy(() -> putAndGet(Simulation.withSeed(1).mostEvents(20)))
        .withMessage("no end was found within 20 events");
  }

  @Test
  void whatEndsBeforeIsAsWithoutThat() {
    assertThat(putAndGet(Simulation.withSeed(1).mostEvents(100_000))).isEqualTo("v");
  }
}
