package io.kvstore.testkit.assertions;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.Verdict;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.AbstractAssert;

/** Assertions on the replicas of a store. */
public final class StoreAssert extends AbstractAssert<StoreAssert, KVStore<?, ?>> {
  StoreAssert(KVStore<?, ?> store) {
    super(store, StoreAssert.class);
  }

  /**
   * Every running replica shows the same values. A test that has just written gives it time to
   * happen before: {@code simulation.runFor(…)}.
   */
  public StoreAssert hasConverged() {
    isNotNull();
    Verdict verdict = Convergence.checkAgreement(contents(actual));
    if (verdict instanceof Verdict.Broken broken) {
      failWithMessage("%nExpecting all replicas to hold the same, but %s", broken.reason());
    }
    return this;
  }

  /** What each running replica itself holds, also where reads are ordered. */
  private static <K, V> Map<NodeId, Map<K, V>> contents(KVStore<K, V> store) {
    Map<NodeId, KVStore<K, V>> replicas = new TreeMap<>();
    Set<K> keys = new LinkedHashSet<>();
    for (NodeId node : store.cluster().nodes()) {
      if (store.cluster().isRunning(node)) {
        replicas.put(node, store.at(node));
        store.at(node).snapshot().forEach(item -> keys.add(item.key()));
      }
    }
    Map<NodeId, Map<K, V>> contents = new TreeMap<>();
    replicas.forEach(
        (node, replica) -> {
          Map<K, V> held = new LinkedHashMap<>();
          for (K key : keys) {
            replica.get(key, Consistency.EVENTUAL).ifPresent(value -> held.put(key, value));
          }
          contents.put(node, held);
        });
    return contents;
  }
}
