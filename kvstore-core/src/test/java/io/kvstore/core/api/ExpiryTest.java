package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Lifetimes by clocks that do not agree. */
final class ExpiryTest {
  /** By a fast clock it has expired, by a slow one it has not. */
  @Test
  void whoKnowsOfAWriteKnowsWhatHadExpiredBeforeIt() {
    Simulation simulation = Simulation.withSeed(1);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.CAUSAL).engine(simulation).open()) {
      KVStore<String, String> fast = store.session().at(NodeId.of(1));
      KVStore<String, String> slow = store.session().at(NodeId.of(2));
      store.cluster().skewClock(NodeId.of(1), Duration.ofSeconds(60), 0);
      store.put("k", "1", Duration.ofSeconds(30));
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(slow.get("k")).contains("1");

      assertThat(fast.get("k")).isEmpty();
      fast.put("news", "k has expired");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(slow.get("news")).contains("k has expired");
      assertThat(slow.get("k")).isEmpty();
    }
  }
}
