package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.Health;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.ReplicaStatus;
import io.kvstore.spi.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a cluster tells of its replicas, held against what they have, once all is quiet. */
final class Figures {
  private Figures() {}

  /**
   * The first that is not so, in a sentence.
   *
   * @param contents what each node holds, of all shards
   */
  static Optional<String> wrong(Cluster cluster, Map<NodeId, Map<Bytes, Entry>> contents) {
    if (cluster.health() != Health.WHOLE) {
      return Optional.of("the cluster is " + cluster.health() + " though everything works");
    }
    List<ReplicaStatus> replicas = cluster.replicas();
    for (ReplicaStatus each : replicas) {
      boolean isUpToDate =
          each.status() == NodeStatus.SERVING
              && each.lag() == 0
              && each.epoch() == cluster.view(each.shard()).epoch();
      if (!isUpToDate) {
        return Optional.of("a replica lags behind though all is quiet: " + each);
      }
    }
    for (Map.Entry<NodeId, Map<Bytes, Entry>> each : contents.entrySet()) {
      long entries = 0;
      long bytes = 0;
      for (Map.Entry<Bytes, Entry> one : each.getValue().entrySet()) {
        Bytes value = one.getValue().value();
        entries += value == null ? 0 : 1;
        bytes += one.getKey().size() + (value == null ? 0 : value.size());
      }
      List<ReplicaStatus> its =
          replicas.stream().filter(replica -> replica.node().equals(each.getKey())).toList();
      long told = its.stream().mapToLong(ReplicaStatus::entries).sum();
      long toldBytes = its.stream().mapToLong(ReplicaStatus::bytes).sum();
      if (told != entries || toldBytes != bytes) {
        String there = entries + " entries of " + bytes + " bytes";
        return Optional.of(each.getKey() + " has " + there + ", and tells of " + its);
      }
    }
    return Optional.empty();
  }
}
