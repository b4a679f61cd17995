package io.kvstore.core.store;

import io.kvstore.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The choice of the shard that gets another primary next, where some nodes are the primary of more
 * shards than others: a node that is new, or has been away, is that of none.
 *
 * <p>Each makes the numbers more even, so that there is an end.
 */
final class PrimarySpread {
  /** A member of a shard's group that is to be its primary. */
  record Change(int shard, NodeId primary) {}

  private final Map<Integer, List<NodeId>> members;
  private final Map<NodeId, Integer> loads = new TreeMap<>();

  /** Of groups by their shards; the first member of each is its primary. */
  PrimarySpread(Map<Integer, List<NodeId>> members) {
    this.members = members;
    members.values().forEach(its -> loads.merge(its.get(0), 1, Integer::sum));
  }

  /** The one after which the numbers are most even; nothing if none makes them more so. */
  Optional<Change> next() {
    return members.entrySet().stream()
        .map(each -> new Change(each.getKey(), fewest(each.getValue())))
        .filter(change -> gain(change) >= 2)
        .max(
            Comparator.comparingInt(this::gain)
                .thenComparing(Comparator.comparingInt(Change::shard).reversed()));
  }

  /** By how many shards more the present primary is one than the next. */
  private int gain(Change change) {
    return load(members.getOrDefault(change.shard(), List.of()).get(0)) - load(change.primary());
  }

  private NodeId fewest(List<NodeId> its) {
    return its.stream().min(Comparator.comparingInt(this::load)).orElseThrow();
  }

  private int load(NodeId node) {
    return loads.getOrDefault(node, 0);
  }
}
