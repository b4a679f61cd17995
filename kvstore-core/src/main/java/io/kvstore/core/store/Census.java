package io.kvstore.core.store;

import io.kvstore.CacheCounts;
import io.kvstore.Health;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.ReplicaStatus;
import io.kvstore.Traffic;
import io.kvstore.View;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.node.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at replicas while they work, from any thread, and without holding them up: what it sees may
 * be a moment old.
 */
final class Census {
  private final Nodes nodes;
  private final List<Group> groups;

  Census(Nodes nodes, List<Group> groups) {
    this.nodes = nodes;
    this.groups = groups;
  }

  /** What a node is doing; it may just have gone for good, and is down then. */
  NodeStatus statusOf(NodeId node) {
    if (!nodes.isUp(node)) {
      return NodeStatus.DOWN;
    }
    return groups.stream()
            .filter(group -> group.holds(node))
            .allMatch(group -> group.isServing(node))
        ? NodeStatus.SERVING
        : NodeStatus.JOINING;
  }

  Health health() {
    if (!groups.stream().allMatch(Census::canServe)) {
      return Health.IMPAIRED;
    }
    boolean allServe =
        nodes.all().stream()
            .allMatch(node -> statusOf(node) == NodeStatus.SERVING || !nodes.isThere(node));
    return allServe && groups.stream().noneMatch(this::hasLaggard) ? Health.WHOLE : Health.DEGRADED;
  }

  /** Whether a member of a group waits in vain for what another has told it. */
  private boolean hasLaggard(Group group) {
    List<NodeId> members = group.view().members();
    for (NodeId node : members) {
      Replica replica = group.runningReplica(node);
      if (replica != null && members.stream().anyMatch(replica.controlet()::hasFallenBehind)) {
        return true;
      }
    }
    return false;
  }

  private static boolean canServe(Group group) {
    View view = group.view();
    return group.mayGoOnWithAny()
        ? view.members().stream().anyMatch(node -> group.replicas().isServingIn(node, view))
        : view.members().stream().allMatch(node -> group.replicas().isServingIn(node, view));
  }

  long losses() {
    return groups.stream().mapToLong(group -> group.losses().times()).sum();
  }

  /** The replicas of a key space, whose shards are counted from its first on. */
  static List<ReplicaStatus> replicas(KeySpace keys) {
    List<ReplicaStatus> all = new ArrayList<>();
    for (int shard = 0; shard < keys.shards(); shard++) {
      Group group = keys.group(shard);
      for (NodeId node : group.holders()) {
        all.add(replica(group, node, shard));
      }
    }
    return all;
  }

  /**
   * The replica of a group on a node.
   *
   * @param shard the number of its shard for the caller
   */
  static ReplicaStatus replica(NodeId node, Group group, int shard) {
    if (!group.holds(node)) {
      throw new IllegalArgumentException(
          "node "
              + node
              + " does not hold shard "
              + shard
              + ", which is on "
              + Fabric.inWords(group.holders()));
    }
    return replica(group, node, shard);
  }

  private static ReplicaStatus replica(Group group, NodeId node, int shard) {
    Replica replica = group.replicaOrNull(node);
    if (replica == null || replica.isStopped()) {
      Traffic traffic = replica == null ? Traffic.NONE : replica.counts().traffic();
      return new ReplicaStatus(
          node, shard, NodeStatus.DOWN, 0, false, 0, 0, 0, 0, traffic, CacheCounts.NONE);
    }
    Optional<View> view = replica.viewHere();
    return new ReplicaStatus(
        node,
        shard,
        group.isServing(node) ? NodeStatus.SERVING : NodeStatus.JOINING,
        view.map(View::epoch).orElse(0L),
        view.filter(its -> its.primary().equals(node)).isPresent(),
        replica.controlet().position(),
        lag(group, replica),
        replica.parts().applier().entries(),
        replica.parts().applier().bytes(),
        replica.counts().traffic(),
        replica.parts().cacheCounts());
  }

  private static long lag(Group group, Replica behind) {
    long lag = 0;
    for (NodeId node : group.replicas().running()) {
      Replica other = group.replicaOrNull(node);
      if (other == null) {
        continue;
      }
      if (group.hasOneOrder()) {
        lag = Math.max(lag, other.controlet().position() - behind.controlet().position());
      } else if (other != behind) {
        lag += other.controlet().owedTo(behind.self());
      }
    }
    return lag;
  }
}
