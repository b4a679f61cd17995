package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import java.util.Map;
import java.util.TreeMap;

/** The datalets of a run, for somebody who wants to look into them, tombstones and all. */
final class Replicas implements DataletFactory {
  private final Map<NodeId, Datalet> datalets = new TreeMap<>();
  private final boolean keepData;
  private final DataletFactory factory;

  /**
   * The datalets of one run.
   *
   * @param keepData whether a node that starts again finds what it had written
   */
  Replicas(boolean keepData) {
    this.keepData = keepData;
    factory = Datalets.hash();
  }

  /** Datalets that keep their data by themselves. */
  Replicas(DataletFactory factory) {
    keepData = false;
    this.factory = factory;
  }

  @Override
  public boolean mayBlock() {
    return factory.mayBlock();
  }

  @Override
  public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
    Datalet datalet = factory.openAnew(node, shard, damage);
    datalets.put(node, datalet);
    return datalet;
  }

  @Override
  public Datalet open(NodeId node, int shard) {
    Datalet datalet = factory.open(node, shard);
    Datalet last = datalets.put(node, datalet);
    if (keepData && last != null) {
      last.forEach(
          (key, entry) -> {
            datalet.put(key, entry);
            return true;
          });
    }
    return datalet;
  }

  /** What each replica holds. */
  Map<NodeId, Map<Bytes, Entry>> contents() {
    Map<NodeId, Map<Bytes, Entry>> all = new TreeMap<>();
    datalets.forEach(
        (node, datalet) -> {
          Map<Bytes, Entry> entries = new TreeMap<>();
          datalet.forEach(
              (key, entry) -> {
                entries.put(key, entry);
                return true;
              });
          all.put(node, entries);
        });
    return all;
  }
}
