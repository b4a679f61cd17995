package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The datalets of a run, for tests that look into them, tombstones and all. */
final class Replicas implements DataletFactory {
  private final Map<NodeId, Map<Integer, Datalet>> datalets = new TreeMap<>(); // by shard
  private final boolean keepData;
  private final DataletFactory factory;

  /**
   * The datalets of one run.
   *
   * @param factory makes them
   * @param keepData whether a node that starts again finds what it had written, though its datalet
   *     has lost it
   */
  Replicas(DataletFactory factory, boolean keepData) {
    this.keepData = keepData;
    this.factory = factory;
  }

  @Override
  public boolean mayBlock() {
    return factory.mayBlock();
  }

  @Override
  public void discard(NodeId node, int shard) {
    factory.discard(node, shard);
    datalets.getOrDefault(node, new TreeMap<>()).remove(shard);
  }

  @Override
  public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
    Datalet datalet = factory.openAnew(node, shard, damage);
    put(node, shard, datalet);
    return datalet;
  }

  private @Nullable Datalet put(NodeId node, int shard, Datalet datalet) {
    return datalets.computeIfAbsent(node, any -> new TreeMap<>()).put(shard, datalet);
  }

  @Override
  public Datalet open(NodeId node, int shard) {
    Datalet datalet = factory.open(node, shard);
    Datalet last = put(node, shard, datalet);
    if (keepData && last != null) {
      last.forEach(
          (key, entry) -> {
            datalet.put(key, entry);
            return true;
          });
    }
    return datalet;
  }

  /**
   * What the replicas hold that there are now.
   *
   * @param cluster of a key space
   * @param first the number of its first shard among all of its store
   */
  Contents contents(Cluster cluster, int first) {
    List<Map<NodeId, Map<Bytes, Entry>>> byShard = new ArrayList<>();
    for (int shard = 0; shard < cluster.shards(); shard++) {
      Map<NodeId, Map<Bytes, Entry>> ofShard = new TreeMap<>();
      for (NodeId holder : cluster.holders(shard)) {
        ofShard.put(
            holder,
            entries(requireNonNull(datalets.getOrDefault(holder, Map.of()).get(first + shard))));
      }
      byShard.add(ofShard);
    }
    return new Contents(byShard);
  }

  private static Map<Bytes, Entry> entries(Datalet datalet) {
    Map<Bytes, Entry> entries = new TreeMap<>();
    datalet.forEach(
        (key, entry) -> {
          entries.put(key, entry);
          return true;
        });
    return entries;
  }
}
