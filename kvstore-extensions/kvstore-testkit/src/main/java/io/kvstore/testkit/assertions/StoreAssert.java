package io.kvstore.testkit.assertions;

import io.kvstore.Consistency;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on the replicas of a store. */
public final class StoreAssert extends AbstractAssert<StoreAssert, KVStore<?, ?>> {
  StoreAssert(KVStore<?, ?> store) {
    super(store, StoreAssert.class);
  }

  /**
   * Every running replica shows the same values. Whoever has just written gives it time to happen
   * before: {@code simulation.runFor(…)}.
   */
  public StoreAssert hasConverged() {
    isNotNull();
    compareReplicas(actual);
    return this;
  }

  private <K, V> void compareReplicas(KVStore<K, V> store) {
    Map<K, V> expected = new LinkedHashMap<>();
    Optional<NodeId> first = Optional.empty();
    for (NodeId node : store.cluster().nodes()) {
      if (!store.cluster().isRunning(node)) {
        continue;
      }
      KVStore<K, V> replica = store.at(node);
      if (first.isEmpty()) {
        first = Optional.of(node);
        replica.snapshot().forEach(item -> expected.put(item.key(), item.value()));
      }
      for (Item<K, V> item : replica.snapshot()) {
        compare(
            item.key(), first.get(), expected.get(item.key()), node, local(replica, item.key()));
      }
      for (Map.Entry<K, V> entry : expected.entrySet()) {
        compare(
            entry.getKey(), first.get(), entry.getValue(), node, local(replica, entry.getKey()));
      }
    }
  }

  /** What this replica itself holds, also where reads are ordered. */
  private static <K, V> @Nullable V local(KVStore<K, V> replica, K key) {
    return replica.get(key, Consistency.EVENTUAL).orElse(null);
  }

  private void compare(
      Object key, NodeId one, @Nullable Object value, NodeId other, @Nullable Object otherValue) {
    if (!Objects.deepEquals(value, otherValue)) {
      failWithMessage(
          "%nExpecting all replicas to hold the same, but for the key %s %s has %s and %s has %s",
          key, one, value, other, otherValue);
    }
  }
}
