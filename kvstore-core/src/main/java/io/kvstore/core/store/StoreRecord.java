package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store with a directory has on record, beside the data of its replicas: how it is made,
 * which nodes hold which shard if not every node holds all, the view of each shard that was decided
 * last, and its {@linkplain TablesOnRecord tables}.
 *
 * <p>Each line is an entry of a datalet of its own, and on disk before it is relied on.
 */
public final class StoreRecord implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(StoreRecord.class);
  private static final Bytes MADE = Bytes.of("made");
  private static final Bytes REPLICAS = Bytes.of("replicas"); // if not every node holds all shards

  private final Datalet datalet;
  private boolean isClosed;

  private StoreRecord(Datalet datalet) {
    this.datalet = datalet;
  }

  /**
   * Opens the record that a coordinator has kept, and compares it with what the store is to be now.
   *
   * @param factory of datalets that come back
   * @throws IllegalStateException when what is there cannot be opened like this
   */
  public static StoreRecord open(DataletFactory factory, Settings settings) {
    StoreRecord opened = new StoreRecord(openDatalet(factory, settings));
    try {
      opened.compare(settings);
      opened.makeIfNew(settings);
      return opened;
    } catch (RuntimeException failed) {
      opened.close();
      throw failed;
    }
  }

  private static Datalet openDatalet(DataletFactory factory, Settings settings) {
    try {
      return factory.open(NodeId.COORDINATOR, 0);
    } catch (DamagedFileException damage) {
      if (!settings.isOnEveryNode()) { // a shard that is looked for elsewhere would be empty
        throw new IllegalStateException(
            where(settings)
                + " has lost which nodes hold which shard, as that record is damaged: put back a"
                + " copy of its folder '"
                + NodeId.COORDINATOR
                + "'",
            damage);
      }
      logger.error("the views are no longer on record: all replicas are asked", damage);
      return factory.openAnew(NodeId.COORDINATOR, 0, damage);
    }
  }

  private void makeIfNew(Settings settings) {
    if (read(MADE) == null && !settings.isOnEveryNode()) {
      ShardPlacement placement = ShardPlacement.even(settings);
      for (int shard = 0; shard < settings.shards(); shard++) {
        placed(shard, placement.holders(shard));
      }
      write(REPLICAS, Integer.toString(settings.replicas()));
    }
    splitAt(0, settings.splits());
    write(MADE, Integer.toString(settings.shards())); // last: from here on the others count
  }

  private void compare(Settings settings) {
    String made = read(MADE);
    if (made == null) {
      return;
    }
    int shards = Integer.parseInt(made);
    if (shards != settings.shards()) {
      throw new IllegalStateException(
          where(settings)
              + " holds "
              + shards
              + " shards: it cannot be opened with "
              + settings.shards());
    }
    List<Bytes> splits = splits(0, shards);
    if (!splits.equals(settings.splits())) {
      throw new IllegalStateException(
          where(settings)
              + " holds keys that are split by "
              + inWords(splits)
              + ": it cannot be opened with a split by "
              + inWords(settings.splits()));
    }
    compareReplicas(settings);
    for (int shard = 0; shard < shards; shard++) {
      decidedLast(shard).ifPresent(view -> compare(view, settings));
    }
  }

  /** Where nodes do not hold every shard, how many do is not changed by opening a store again. */
  private void compareReplicas(Settings settings) {
    String replicas = read(REPLICAS);
    if (replicas == null && !settings.isOnEveryNode()) {
      throw new IllegalStateException(
          where(settings)
              + " was made with every shard on every node: open it without nodes("
              + settings.nodes()
              + ")");
    }
    if (replicas != null
        && (settings.isOnEveryNode() || Integer.parseInt(replicas) != settings.replicas())) {
      throw new IllegalStateException(
          where(settings)
              + " was made with "
              + replicas
              + " replicas of each shard, and more nodes: open it with nodes(…).replicas("
              + replicas
              + ")");
    }
  }

  private static void compare(View view, Settings settings) {
    if (hasOneOrder(view.replication()) != hasOneOrder(settings.replication())) {
      throw new IllegalStateException(
          where(settings)
              + " was written by "
              + view.replication()
              + " at "
              + view.consistency()
              + ", whose replicas cannot be taken over by "
              + settings.replication()
              + ": open it with "
              + (hasOneOrder(view.replication())
                  ? "PRIMARY, TOTAL_ORDER, CHAIN, CRAQ, RAFT, LEASEGUARD, SHARED_LOG or LOCKING"
                  : "BROADCAST, KEY_OWNER or QUORUM at EVENTUAL"));
    }
    view.members().forEach(member -> compare(member, settings));
  }

  private static void compare(NodeId holder, Settings settings) {
    if (holder.number() >= settings.nodes()) {
      throw new IllegalStateException(
          where(settings)
              + " has a replica on "
              + holder
              + ": open it with at least "
              + (holder.number() + 1)
              + (settings.isOnEveryNode() ? " replicas" : " nodes")
              + ", and remove what is too many then");
    }
  }

  /** Whether all members perform the same operations, so that one of them can stand for all. */
  private static boolean hasOneOrder(Replication replication) {
    return switch (replication) {
      case PRIMARY, TOTAL_ORDER, CHAIN, CRAQ, RAFT, LEASEGUARD, SHARED_LOG, LOCKING -> true;
      case BROADCAST, KEY_OWNER, QUORUM -> false;
    };
  }

  private static String where(Settings settings) {
    return settings.storageDirectory().map(Object::toString).orElse("the storage directory");
  }

  /**
   * Which nodes hold the shards of a key space: those that held them last, or as in a store that is
   * new.
   */
  ShardPlacement placement(int firstShard, Settings settings) {
    if (settings.isOnEveryNode()) {
      return ShardPlacement.even(settings);
    }
    List<List<NodeId>> holders = new ArrayList<>();
    for (int shard = firstShard; shard < firstShard + settings.shards(); shard++) {
      holders.add(
          nodesIn(
              Splitter.on(' ').splitToList(requireNonNull(read(nameOfHolders(shard)), "holders"))));
    }
    holders.forEach(its -> its.forEach(node -> compare(node, settings)));
    return new ShardPlacement(holders);
  }

  /** The view of a shard that was decided last. */
  synchronized Optional<View> decidedLast(int shard) {
    String text = read(nameOf(shard));
    if (text == null) {
      return Optional.empty();
    }
    List<String> parts = Splitter.on(' ').splitToList(text);
    Cell cell = new Cell(Consistency.valueOf(parts.get(1)), Replication.valueOf(parts.get(2)));
    return Optional.of(
        cell.view(Long.parseLong(parts.get(0)), nodesIn(parts.subList(3, parts.size()))));
  }

  private static List<NodeId> nodesIn(List<String> numbers) {
    return numbers.stream().map(Integer::valueOf).map(NodeId::of).toList();
  }

  /** Keeps a view that was decided. */
  void decided(int shard, View view) {
    write(
        nameOf(shard),
        view.epoch()
            + " "
            + view.consistency()
            + " "
            + view.replication()
            + " "
            + text(view.members()));
  }

  /** Keeps which nodes hold a shard. */
  void placed(int shard, List<NodeId> holders) {
    write(nameOfHolders(shard), text(holders));
  }

  /** The first keys of the shards of a key space but the first, if its keys are split so. */
  List<Bytes> splits(int firstShard, int shards) {
    return IntStream.range(firstShard + 1, firstShard + shards)
        .mapToObj(shard -> datalet.get(nameOfSplit(shard)))
        .filter(Objects::nonNull)
        .map(Entry::presentValue)
        .toList();
  }

  /** Keeps them. */
  void splitAt(int firstShard, List<Bytes> splits) {
    for (int i = 0; i < splits.size(); i++) {
      write(nameOfSplit(firstShard + i + 1), splits.get(i));
    }
  }

  /** There is no such shard any more. */
  void forgetShard(int shard) {
    remove(nameOf(shard));
    remove(nameOfHolders(shard));
    remove(nameOfSplit(shard));
  }

  private static String text(List<NodeId> nodes) {
    return nodes.stream().map(node -> "" + node.number()).collect(Collectors.joining(" "));
  }

  private static Bytes nameOfHolders(int shard) {
    return Bytes.of("holders " + shard);
  }

  private static String inWords(List<Bytes> splits) {
    return splits.isEmpty() ? "hash" : "their order at " + splits;
  }

  private static Bytes nameOfSplit(int shard) {
    return Bytes.of("split " + shard);
  }

  private static Bytes nameOf(int shard) {
    return Bytes.of("view " + shard);
  }

  @Nullable String read(Bytes key) {
    Entry entry = datalet.get(key);
    return entry == null ? null : entry.presentValue().toText();
  }

  /** Shows the lines whose keys are from one text up to another. */
  void scan(String from, String to, BiConsumer<String, String> visitor) {
    datalet.scan(
        Bytes.of(from),
        Bytes.of(to),
        (key, entry) -> {
          visitor.accept(key.toText(), entry.presentValue().toText());
          return true;
        });
  }

  void write(Bytes key, String text) {
    write(key, Bytes.of(text));
  }

  synchronized void remove(Bytes key) {
    if (!isClosed && datalet.remove(key) != null) {
      datalet.sync();
    }
  }

  private synchronized void write(Bytes key, Bytes value) {
    Entry there = datalet.get(key);
    if (!isClosed && (there == null || !value.equals(there.presentValue()))) {
      datalet.put(key, Entry.of(value, 1));
      datalet.sync();
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    datalet.close();
  }
}
