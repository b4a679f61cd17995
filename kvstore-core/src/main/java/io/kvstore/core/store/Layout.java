package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.ReplicaSlot;
import io.kvstore.core.store.LocalCluster.Loops;
import io.kvstore.core.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a cluster on loops. */
final class Layout {
  private final Driver driver;
  private final Loops loops;
  private final boolean mayBlock;
  private final Nodes nodes;
  private final Fabric fabric;
  private final @Nullable Trace trace;
  private final Map<Integer, EventLoop> sharedLoops = new ConcurrentHashMap<>(); // by shard

  /**
   * Nothing is on any loop yet.
   *
   * @param mayBlock whether datalets need a loop of their own wherever there are threads
   */
  Layout(
      Driver driver,
      Loops loops,
      boolean mayBlock,
      Nodes nodes,
      Fabric fabric,
      @Nullable Trace trace) {
    this.driver = driver;
    this.loops = loops;
    this.mayBlock = mayBlock;
    this.nodes = nodes;
    this.fabric = fabric;
    this.trace = trace;
  }

  /** The loop of the coordinator of a shard: called once for each. */
  EventLoop coordinatorLoop(int shard) {
    if (loops == Loops.ONE_FOR_EACH_PART) {
      return driver.newLoop("coordinator-" + shard);
    }
    EventLoop made = driver.newLoop("shard-" + shard);
    sharedLoops.put(shard, made);
    return made;
  }

  /** Nothing is left of a group that lived on this loop. */
  void endCoordinatorLoop(Group group) {
    sharedLoops.remove(group.shard());
    driver.end(group.coordinatorLoop());
  }

  /**
   * A replica of each shard that a node holds, or of none of them. What is left there of an attempt
   * that ended half way is stopped before.
   */
  void openAll(List<Group> held, NodeId node) {
    boolean areOpened = false;
    try {
      for (Group group : held) {
        ReplicaSlot slot = group.replicas().slot(node);
        stop(group, node, "was started again");
        slot.awaitDatalet(loop -> Task.runOn(driver, loop, null, () -> {}));
        Runnable open = () -> group.open(node);
        Task.runOn(driver, slot.loop(), null, open);
      }
      areOpened = true;
    } finally {
      if (!areOpened) {
        held.forEach(group -> stop(group, node, "could not be opened in all shards"));
      }
    }
  }

  /** Stops what runs on a node; one that has failed just now may still be closing its files. */
  private void stop(Group group, NodeId node, String why) {
    Replica replica = group.replicaOrNull(node);
    if (replica != null) {
      Task.runOn(driver, replica.loop(), replica, () -> replica.stop(why));
    }
  }

  /** A node that could not be made leaves nothing behind. */
  void discard(Group group, NodeId node) {
    if (!group.replicas().hasPlace(node)) {
      return;
    }
    stop(group, node, "is not needed: its node could not be made");
    group.forget(node).end(driver);
  }

  /** A place for the replica of a shard on a node. */
  ReplicaSlot slot(NodeId node, int shard) {
    String name = node + "-" + shard;
    boolean isShared = loops == Loops.ONE_FOR_EACH_SHARD;
    EventLoop loop =
        isShared
            ? requireNonNull(sharedLoops.get(shard), "loop")
            : driver.newLoop("controlet-" + name);
    EventLoop dataletLoop =
        !isShared || mayBlock ? driver.newBlockingLoop("datalet-" + name) : null;
    return new ReplicaSlot(
        node,
        shard,
        loop,
        !isShared,
        dataletLoop == loop ? null : dataletLoop,
        nodes.clockOf(node),
        fabric,
        trace);
  }
}
