package io.kvstore.spring;

import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Rebalancing;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/** Tells the health of a store as the actuator has it. */
final class StoreHealthIndicator extends AbstractHealthIndicator {
  /** The store serves, but another loss may be one too many. */
  static final Status DEGRADED = new Status("DEGRADED", "it serves, but not with every node");

  private final KVStore<?, ?> store;

  StoreHealthIndicator(KVStore<?, ?> store) {
    super("the store cannot be asked how it is");
    this.store = store;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    Cluster cluster = store.cluster();
    try {
      cluster.listen(event -> {}).close(); // a closed store takes no listeners
    } catch (IllegalStateException closed) {
      builder.down().withDetail("reason", String.valueOf(closed.getMessage()));
      return;
    }
    io.kvstore.Health health = cluster.health();
    builder
        .status(statusOf(health))
        .withDetail("health", health)
        .withDetail("nodes", nodes(cluster))
        .withDetail("losses", cluster.losses());
    Rebalancing rebalancing = cluster.rebalancing();
    if (!rebalancing.isOver()) {
      builder.withDetail("movingShards", rebalancing.underWay().size() + rebalancing.left());
    }
  }

  private static Status statusOf(io.kvstore.Health health) {
    return switch (health) {
      case WHOLE -> Status.UP;
      case DEGRADED -> DEGRADED;
      case IMPAIRED -> Status.OUT_OF_SERVICE;
    };
  }

  private static Map<String, NodeStatus> nodes(Cluster cluster) {
    Map<String, NodeStatus> statuses = new LinkedHashMap<>();
    for (NodeId node : cluster.nodes()) {
      statuses.put(node.toString(), cluster.status(node));
    }
    return statuses;
  }
}
