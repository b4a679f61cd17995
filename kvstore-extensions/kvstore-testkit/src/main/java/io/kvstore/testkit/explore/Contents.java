package io.kvstore.testkit.explore;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.History;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What the nodes of a run hold, tombstones too. */
final class Contents implements DataletFactory {
  private final DataletFactory factory = Datalets.hash();
  private final Map<NodeId, Datalet> datalets = new TreeMap<>();

  @Override
  public Datalet open(NodeId node, int shard) {
    Datalet datalet = factory.open(node, shard);
    datalets.put(node, datalet);
    return datalet;
  }

  @Override
  public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
    return open(node, shard);
  }

  /** From now on it is about these nodes. */
  void only(List<NodeId> nodes) {
    datalets.keySet().retainAll(nodes);
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

  /** Whether all nodes hold the same. */
  Verdict agreement() {
    Map<NodeId, Map<Bytes, Entry>> all = new TreeMap<>();
    datalets.forEach((node, datalet) -> all.put(node, entries(datalet)));
    return Convergence.checkAgreement(all);
  }

  /** Whether everything is there that clients were told that they have written. */
  Verdict keeps(History history) {
    Map<Bytes, Entry> first = entries(datalets.values().iterator().next());
    return Convergence.checkKept(
        history,
        key -> {
          Entry entry = first.get(Bytes.of(String.valueOf(key)));
          return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.version());
        });
  }
}
