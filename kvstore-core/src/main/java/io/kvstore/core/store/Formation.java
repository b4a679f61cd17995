package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a store: its groups are made, their replicas are opened on the nodes that hold
 * them, and each group forms its first view.
 */
final class Formation {
  private static final long FORM_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Layout layout;
  private final ConditionWaiters waiters;

  Formation(Layout layout, ConditionWaiters waiters) {
    this.layout = layout;
    this.waiters = waiters;
  }

  /**
   * Makes the groups of a store, one for each shard.
   *
   * @param isVirtual whether time is virtual
   * @param onRecord what the store has on record of before; null when nothing is kept
   */
  void makeGroups(
      List<Group> groups,
      Settings settings,
      ControletFactory protocol,
      DataletFactory datalets,
      Fabric fabric,
      long seed,
      boolean isVirtual,
      @Nullable StoreRecord onRecord,
      Announcements announcements,
      Group.Listener listener) {
    ShardPlacement placement =
        onRecord == null ? ShardPlacement.even(settings) : onRecord.placement(settings);
    for (int shard = 0; shard < settings.shards(); shard++) {
      int ofShard = shard;
      EventLoop coordinatorLoop = layout.coordinatorLoop(shard);
      List<NodeId> holders = placement.holders(shard);
      groups.add(
          new Group(
              shard,
              settings,
              protocol,
              datalets,
              fabric,
              holders,
              holders.stream().sorted().map(node -> layout.slot(node, ofShard)).toList(),
              coordinatorLoop,
              seed,
              isVirtual,
              new ShardRecord(onRecord, shard, settings),
              announcements,
              listener));
    }
  }

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
    if (!group.isFormed() || !group.areAllRunning()) {
      throw new IllegalStateException(
          "shard " + group.shard() + " could not be formed: a replica has failed, see the log");
    }
  }
}
