package io.kvstore;

import java.time.Instant;
import java.util.List;

/**
 * Something that has happened to the nodes and groups of a store.
 *
 * <pre>{@code
 * Registration registration = store.cluster().listen(event -> {
 *   if (event instanceof ClusterEvent.LeftOut gone) {
 *     page("shard " + gone.shard() + " goes on without " + gone.node());
 *   }
 * });
 * }</pre>
 */
public sealed interface ClusterEvent {
  /** When, on the clock of the store, which no skew of a node disturbs. */
  Instant time();

  /** A group has decided on its next view. What has become of members follows by itself. */
  record ViewDecided(Instant time, int shard, View before, View view) implements ClusterEvent {}

  /** A member was not heard of for too long, or others complain that it owes them something. */
  record Suspected(Instant time, int shard, NodeId node, String why) implements ClusterEvent {}

  /** A group goes on without a node. */
  record LeftOut(Instant time, int shard, NodeId node, long epoch) implements ClusterEvent {}

  /** A node has been taken into the view of a group. */
  record Joined(Instant time, int shard, NodeId node, long epoch) implements ClusterEvent {}

  /** A replica serves in a view. */
  record Activated(Instant time, int shard, NodeId node, long epoch) implements ClusterEvent {}

  /**
   * Something in a replica has failed, and its node stops; or in the coordinator, which is replaced
   * by another.
   */
  record Failed(Instant time, int shard, NodeId node, String cause) implements ClusterEvent {}

  /**
   * All members of a group had lost their memory, and it was kept nowhere else: the group goes on
   * with nothing. A client that had seen something of it is told so once, by an {@link
   * UnavailableException}.
   */
  record DataLost(Instant time, int shard) implements ClusterEvent {}

  /** A node was crashed. */
  record Crashed(Instant time, NodeId node) implements ClusterEvent {}

  /** A crashed node runs again. */
  record Restarted(Instant time, NodeId node) implements ClusterEvent {}

  /** A node is new. */
  record Added(Instant time, NodeId node) implements ClusterEvent {}

  /** A node has left for good. */
  record Removed(Instant time, NodeId node) implements ClusterEvent {}

  /**
   * The listener was too slow for some events, which it does not get: it should look at the cluster
   * itself.
   *
   * @param number how many they were
   */
  record Missed(Instant time, long number) implements ClusterEvent {}

  /** The members that a view has and another has not, in their order. */
  static List<NodeId> inFirstOnly(View first, View second) {
    return first.members().stream().filter(node -> !second.members().contains(node)).toList();
  }
}
