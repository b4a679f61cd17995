package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.Health;
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
   * @param contents what each replica holds
   */
  static Optional<String> wrong(Cluster cluster, Contents contents) {
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
    for (ReplicaStatus told : replicas) {
      Map<Bytes, Entry> its =
          requireNonNull(contents.byShard().get(told.shard()).get(told.node()), "a holder");
      long entries = 0;
      long bytes = 0;
      for (Map.Entry<Bytes, Entry> one : its.entrySet()) {
        Bytes value = one.getValue().value();
        entries += value == null ? 0 : 1;
        bytes += one.getKey().size() + (value == null ? 0 : value.size());
      }
      if (told.entries() != entries || told.bytes() != bytes) {
        String there = entries + " entries of " + bytes + " bytes";
        return Optional.of(told.node() + " has " + there + ", and tells of " + told);
      }
    }
    return Optional.empty();
  }
}
