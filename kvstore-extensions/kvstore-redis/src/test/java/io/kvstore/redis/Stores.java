package io.kvstore.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** What the tests of replicated stores have in common. */
final class Stores {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Stores() {}

  /** Requires that every replica comes to hold this. */
  static void assertConverged(KVStore<String, String> store, Map<String, String> expected) {
    for (NodeId node : store.cluster().nodes()) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!contentsOf(store.at(node)).equals(expected) && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(contentsOf(store.at(node))).as("at %s", node).isEqualTo(expected);
    }
  }

  static Map<String, String> contentsOf(KVStore<String, String> store) {
    return store.snapshot().stream().collect(Collectors.toMap(Item::key, Item::value));
  }

  /** Writes until a node has noticed that its server is gone, or has forgotten. */
  static void writeUntilItStops(KVStore<String, String> store, NodeId node) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int i = 0; store.cluster().isRunning(node); i++) {
      store.put("key" + i % 20, "while it stops");
      assertThat(System.nanoTime()).as("%s stops", node).isLessThan(deadline);
    }
  }
}
