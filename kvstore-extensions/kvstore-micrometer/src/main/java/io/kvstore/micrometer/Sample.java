package io.kvstore.micrometer;

import io.kvstore.Cluster;
import io.kvstore.Health;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Rebalancing;
import io.kvstore.ReplicaStatus;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All figures of a store, taken together.
 *
 * @param health how the store is; nothing when it could not be asked
 * @param losses how many times a group has lost everything
 * @param movingShards how many copies of shards are on their way, or will be
 * @param nodes what each node is doing
 * @param replicas each replica in figures
 */
record Sample(
    Optional<Health> health,
    double losses,
    double movingShards,
    Map<NodeId, NodeStatus> nodes,
    Map<ReplicaId, ReplicaStatus> replicas) {
  /** Of a store that is gone, or does not answer. */
  static final Sample NONE =
      new Sample(Optional.empty(), Double.NaN, Double.NaN, Map.of(), Map.of());

  static Sample of(Cluster cluster) {
    Rebalancing rebalancing = cluster.rebalancing();
    return new Sample(
        Optional.of(cluster.health()),
        cluster.losses(),
        (double) rebalancing.underWay().size() + rebalancing.left(),
        cluster.nodes().stream().collect(Collectors.toMap(Function.identity(), cluster::status)),
        cluster.replicas().stream()
            .collect(Collectors.toMap(ReplicaId::of, Function.identity(), (one, same) -> same)));
  }

  /** 1 for the health that the store has, 0 for the others. */
  double is(Health asked) {
    return health.map(actual -> actual == asked ? 1.0 : 0.0).orElse(Double.NaN);
  }

  /** 1 when a node serves, 0 when it does not. */
  double isUp(NodeId node) {
    NodeStatus status = nodes.get(node);
    return status == null ? Double.NaN : truth(status == NodeStatus.SERVING);
  }

  /** A figure of a replica. */
  double of(ReplicaId id, ToDoubleFunction<ReplicaStatus> figure) {
    ReplicaStatus replica = replicas.get(id);
    return replica == null ? Double.NaN : figure.applyAsDouble(replica);
  }

  /** The replicas and nodes that have meters of their own. */
  Set<Object> owners() {
    return Stream.concat(nodes.keySet().stream(), replicas.keySet().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  static double truth(boolean holds) {
    return holds ? 1 : 0;
  }
}
