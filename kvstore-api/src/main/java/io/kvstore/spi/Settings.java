package io.kvstore.spi;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.Replication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a store was asked to be, checked.
 *
 * @param consistency what clients may observe
 * @param replication how copies are kept
 * @param replicas how many copies of each entry there are, each on a node of its own
 * @param nodes on how many nodes they are: each shard on so many of them as there are replicas
 * @param shards into how many parts the keys are split
 * @param splits the first key of each part but the first; empty splits by the hash of keys
 * @param acks at the eventual and causal levels, how many members hold a write before it is
 *     answered; empty leaves it to the protocol: one, or a majority with {@link Replication#QUORUM}
 * @param readsFrom with {@link Replication#QUORUM} at the eventual level, how many members answer a
 *     read of a key; empty is a majority
 * @param limits what is refused
 * @param storageDirectory where replicas keep their data; empty keeps it in memory
 * @param outputDirectory where replicas list what they did; empty lists nothing
 * @param failover when a group goes on without a member
 * @param replacesLostAfter after how long the shards of a node that is away get a copy elsewhere,
 *     where there are more nodes than replicas
 * @param capacity how much it holds before it evicts entries; empty evicts none
 */
public record Settings(
    Consistency consistency,
    Replication replication,
    int replicas,
    int nodes,
    int shards,
    List<Bytes> splits,
    OptionalInt acks,
    OptionalInt readsFrom,
    Limits limits,
    Optional<Path> storageDirectory,
    Optional<Path> outputDirectory,
    Failover failover,
    Duration replacesLostAfter,
    Optional<Capacity> capacity) {
  /** Checks what depends on more than one setting. */
  public Settings {
    replication.requireSupportFor(consistency);
    requireBetween("replicas", replicas, 1, MAX_REPLICAS);
    requireBetween("nodes", nodes, 1, MAX_REPLICAS);
    if (nodes < replicas) {
      throw new IllegalArgumentException(
          "nodes("
              + nodes
              + ") are fewer than replicas("
              + replicas
              + "), each of which needs a node of its own: use at least nodes("
              + replicas
              + "), or at most replicas("
              + nodes
              + ")");
    }
    requireBetween("shards", shards, 1, MAX_SHARDS);
    splits = List.copyOf(splits);
    if (!splits.isEmpty() && splits.size() != shards - 1) {
      throw new IllegalArgumentException(
          splits.size() + " splits make " + (splits.size() + 1) + " shards, not " + shards);
    }
    for (int i = 1; i < splits.size(); i++) {
      if (splits.get(i - 1).compareTo(splits.get(i)) >= 0) {
        throw new IllegalArgumentException(
            "keys are split in their order, and '"
                + splits.get(i)
                + "' does not come after '"
                + splits.get(i - 1)
                + "': name the first key of each shard in ascending order");
      }
    }
    if (acks.isPresent()) {
      requireBetween("acks", acks.getAsInt(), 1, replicas);
    }
    if (acks.orElse(1) > 1 && consistency.isAtLeast(Consistency.SEQUENTIAL)) {
      throw new IllegalArgumentException(
          "acks("
              + acks.getAsInt()
              + ") is for CAUSAL and EVENTUAL: at "
              + consistency
              + " every member holds a write before its answer");
    }
    if (readsFrom.isPresent()) {
      requireBetween("readsFrom", readsFrom.getAsInt(), 1, replicas);
      requireQuorums(consistency, replication, readsFrom.getAsInt());
    }
    if (capacity.isPresent()) {
      capacity.get().requireRoomIn(shards);
      capacity.get().requireSupportOf(consistency, replication);
    }
  }

  /** When nothing is said about {@code replacesLostAfter}. */
  public static final Duration REPLACES_LOST_AFTER = Duration.ofMinutes(5);

  /** A store with a replica of every shard on each of its nodes, whose keys are split by hash. */
  public Settings(
      Consistency consistency,
      Replication replication,
      int replicas,
      int shards,
      int acks,
      Limits limits,
      Optional<Path> storageDirectory,
      Optional<Path> outputDirectory,
      Failover failover) {
    this(
        consistency,
        replication,
        replicas,
        replicas,
        shards,
        List.of(),
        OptionalInt.of(acks),
        OptionalInt.empty(),
        limits,
        storageDirectory,
        outputDirectory,
        failover,
        REPLACES_LOST_AFTER,
        Optional.empty());
  }

  /** What a table is like that is made as the store is, and has as many shards. */
  public TableSettings asTable() {
    return new TableSettings(consistency, replication, shards, splits, acks, readsFrom, capacity);
  }

  /**
   * The settings of a table of this store.
   *
   * @throws IllegalArgumentException when they make no sense in this store
   */
  public Settings ofTable(TableSettings table) {
    return new Settings(
        table.consistency(),
        table.replication(),
        replicas,
        nodes,
        table.shards(),
        table.splits(),
        table.acks(),
        table.readsFrom(),
        limits,
        storageDirectory,
        outputDirectory,
        failover,
        replacesLostAfter,
        table.capacity());
  }

  /** Whether each node has a replica of every shard, those that are added later included. */
  public boolean isOnEveryNode() {
    return nodes == replicas;
  }

  /** The most replicas, and the most nodes. */
  public static final int MAX_REPLICAS = 1_001;

  /** The most shards. */
  public static final int MAX_SHARDS = 4_096;

  private static void requireQuorums(
      Consistency consistency, Replication replication, int readsFrom) {
    if (replication != Replication.QUORUM || consistency != Consistency.EVENTUAL) {
      throw new IllegalArgumentException(
          "readsFrom("
              + readsFrom
              + ") is for QUORUM at EVENTUAL: "
              + replication
              + " at "
              + consistency
              + " says by itself whom a read asks");
    }
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", not " + value);
    }
  }
}
