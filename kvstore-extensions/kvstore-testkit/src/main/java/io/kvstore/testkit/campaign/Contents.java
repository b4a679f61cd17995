package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Holds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the replicas of a store held in the end, tombstones too.
 *
 * @param byShard for each shard, what the nodes hold that hold it
 */
record Contents(List<Map<NodeId, Map<Bytes, Entry>>> byShard) {
  /** What is not known yet. */
  static final Contents NOTHING = new Contents(List.of());

  /** Whether all holders of each shard hold the same. */
  Verdict agreement() {
    return byShard.stream()
        .map(Convergence::checkAgreement)
        .filter(verdict -> !(verdict instanceof Holds))
        .findFirst()
        .orElseGet(Holds::new);
  }

  /** All entries, each as the first of the holders of its shard has it. */
  Map<Bytes, Entry> asTheFirstHas() {
    Map<Bytes, Entry> all = new TreeMap<>();
    byShard.forEach(shard -> all.putAll(shard.values().iterator().next()));
    return all;
  }

  /** What each replica holds. */
  List<Map<Bytes, Entry>> ofEach() {
    return byShard.stream().flatMap(shard -> shard.values().stream()).toList();
  }
}
