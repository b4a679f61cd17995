package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.node.Replica;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.storage.Applier;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a store, or of a table of one that runs: its groups are made, their replicas are
 * opened on the nodes that hold them, and each group forms its first view.
 */
final class Formation {
  private static final long FORM_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long FORM_AMID_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ControletFactory protocol;
  private final DataletFactory datalets;
  private final Layout layout;
  private final Fabric fabric;
  private final ConditionWaiters waiters;
  private final Announcements announcements;
  private final long seed;
  private final boolean isVirtual;
  private final @Nullable StoreRecord onRecord;

  /**
   * For the groups of one store.
   *
   * @param isVirtual whether time is virtual
   * @param onRecord what the store has on record of before; null when nothing is kept
   */
  Formation(
      ControletFactory protocol,
      DataletFactory datalets,
      Layout layout,
      Fabric fabric,
      ConditionWaiters waiters,
      Announcements announcements,
      long seed,
      boolean isVirtual,
      @Nullable StoreRecord onRecord) {
    this.protocol = protocol;
    this.datalets = datalets;
    this.layout = layout;
    this.fabric = fabric;
    this.waiters = waiters;
    this.announcements = announcements;
    this.seed = seed;
    this.isVirtual = isVirtual;
    this.onRecord = onRecord;
  }

  DataletFactory datalets() {
    return datalets;
  }

  /**
   * Makes the groups of a key space, one for each shard.
   *
   * @param isMember whether a node that holds a shard is a member of its first view
   */
  void makeGroups(KeySpace keys, ShardPlacement placement, Predicate<NodeId> isMember) {
    for (int i = 0; i < keys.shards(); i++) {
      int shard = keys.firstShard() + i;
      EventLoop coordinatorLoop = layout.coordinatorLoop(shard);
      List<NodeId> holders = placement.holders(i);
      keys.groups()
          .add(
              new Group(
                  shard,
                  keys.settings(),
                  protocol,
                  datalets,
                  fabric,
                  holders.stream().filter(isMember).toList(),
                  holders.stream().sorted().map(node -> layout.slot(node, shard)).toList(),
                  coordinatorLoop,
                  seed,
                  isVirtual,
                  new ShardRecord(onRecord, shard, keys),
                  announcements,
                  keys));
    }
  }

  // The beginning of a store

  /** Opens all replicas, and returns when each serves in its group's view; or stops them again. */
  void begin(List<Group> groups) {
    try {
      groups.forEach(Formation::open);
      groups.forEach(this::form);
    } catch (RuntimeException | Error failed) {
      groups.forEach(Group::abandon);
      throw failed;
    }
  }

  private static void open(Group group) {
    group.holders().forEach(group::open);
    List<NodeId> members = group.view().members();
    if (members.stream().allMatch(node -> group.replica(node).damage().isPresent())) {
      throw new IllegalStateException(
          "no replica of shard "
              + group.shard()
              + " can be read: "
              + members.stream()
                  .flatMap(node -> group.replica(node).damage().stream())
                  .map(Throwable::getMessage)
                  .collect(Collectors.joining("; ")));
    }
  }

  private void form(Group group) {
    waiters.administer(
        group.coordinatorLoop(),
        group.coordinators(),
        group::startAll,
        () -> group.isFormed() || !group.areAllRunning(),
        FORM_WITHIN_NANOS);
    if (!group.areAllRunning()) {
      throw new IllegalStateException(
          "shard " + group.shard() + " could not be formed: a replica has failed, see the log");
    }
    if (!group.isFormed()) {
      throw new IllegalStateException(
          "shard "
              + group.shard()
              + " could not be formed within "
              + TimeUnit.NANOSECONDS.toSeconds(FORM_WITHIN_NANOS)
              + " s, and no replica has failed: is the machine too busy, or a disk too slow? View "
              + group.view());
    }
  }

  // The beginning of a table

  /** Opens the replicas of a table on nodes that run. */
  void open(KeySpace table, List<NodeId> running) {
    for (NodeId node : running) {
      layout.openAll(table.groups().stream().filter(group -> group.holds(node)).toList(), node);
    }
  }

  /** Checks that a table which is new holds nothing. */
  static void requireEmpty(KeySpace table) {
    for (Group group : table.groups()) {
      group.replicas().forEach(replica -> requireEmpty(replica, group));
    }
  }

  private static void requireEmpty(Replica replica, Group group) {
    Applier applier = replica.parts().applier();
    if (applier.entries() > 0 || applier.durableState().epoch() > 0) {
      throw new IllegalStateException(
          "shard "
              + group.shard()
              + " of a table that is new holds something at node "
              + replica.self()
              + " from before: tables come back only where the store keeps a record of them, with"
              + " storageDirectory(…) or a datalet that is durable; move the data of this shard away");
    }
  }

  /** Returns when each member serves in the view of its group. */
  void form(KeySpace table) {
    for (Group group : table.groups()) {
      waiters.administer(
          group.coordinatorLoop(),
          group.coordinators(),
          group::startAll,
          () -> group.isServed() || table.isClosed(),
          FORM_AMID_WITHIN_NANOS);
      if (!group.isServed()) {
        throw table.isClosed()
            ? new IllegalStateException("the store is closed")
            : new UnavailableException(
                "the table could not be made within "
                    + TimeUnit.NANOSECONDS.toSeconds(FORM_AMID_WITHIN_NANOS)
                    + " s: nodes that run cannot reach each other or the coordinator, so heal or"
                    + " crash those, and try again",
                null);
      }
    }
  }
}
