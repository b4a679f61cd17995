package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.node.Replica;
import io.kvstore.spi.Nanos;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that come and go, crash and start again: each with all shards that it holds. It is for one
 * thread at a time.
 *
 * <p>Something may throw in the midst of a change, as when the stack of the caller that asks for it
 * ends. Then the node has stopped, and what was asked for can be asked for again.
 */
final class NodeLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(NodeLifecycle.class);

  /** Within which the others go on without it, or something of what it holds has moved. */
  static final long LEAVE_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Settings settings;
  private final Driver driver;
  private final Nodes nodes;
  private final List<Group> groups;
  private final Layout layout;
  private final Fabric fabric;
  private final Announcements announcements;
  private final ConditionWaiters waiters;
  private final Set<NodeId> leaving = new HashSet<>();
  private boolean isCoordinatorDown;

  NodeLifecycle(
      Settings settings,
      Driver driver,
      Nodes nodes,
      List<Group> groups,
      Layout layout,
      Fabric fabric,
      Announcements announcements,
      ConditionWaiters waiters) {
    this.settings = settings;
    this.driver = driver;
    this.nodes = nodes;
    this.groups = groups;
    this.layout = layout;
    this.fabric = fabric;
    this.announcements = announcements;
    this.waiters = waiters;
  }

  /** The nodes that are about to leave. */
  List<NodeId> leaving() {
    return List.copyOf(leaving);
  }

  /** Checks that the coordinator runs, without which no group is formed. */
  void requireCoordinator() {
    if (isCoordinatorDown) {
      throw new UnavailableException(
          "the coordinator is down, so that no table can be made: restart it", null);
    }
  }

  private List<Group> heldBy(NodeId node) {
    return groups.stream().filter(group -> group.holds(node)).toList();
  }

  /** One more node, which holds every shard, or none yet where not every node holds every shard. */
  NodeId add() {
    NodeId node = nodes.make();
    List<Group> held = settings.isOnEveryNode() ? groups : List.of();
    boolean joins = settings.failover().isAutomatic();
    boolean isStarted = false;
    try {
      held.forEach(group -> group.add(layout.slot(node, group.shard())));
      held.forEach(
          group ->
              onLoop(
                  group.coordinatorLoop(),
                  group.coordinators(),
                  () -> group.coordinators().add(node, joins)));
      layout.openAll(held, node);
      nodes.admit(node);
      for (Group group : held) {
        Replica replica = group.replica(node);
        onLoop(replica.loop(), replica, joins ? replica::start : replica::expel);
        group.wake();
      }
      isStarted = true;
    } finally {
      if (!isStarted) {
        nodes.forget(node);
        held.forEach(group -> layout.discard(group, node));
      }
    }
    logger.info("node {} is new", node);
    announcements.added(node);
    return node;
  }

  /**
   * A node is to leave; the others are to go on without it before it does.
   *
   * @param isEmptied whether what it holds moves to others before
   */
  void beginToRemove(NodeId node, boolean isEmptied) {
    nodes.require(node);
    leaving.add(node);
    if (leaving.containsAll(nodes.all())) {
      leaving.remove(node);
      throw new IllegalArgumentException("node " + node + " is the last: close the store instead");
    }
    if (isEmptied) {
      return;
    }
    for (Group group : heldBy(node)) {
      if (leaving.containsAll(group.holders())) {
        leaving.remove(node);
        throw new IllegalArgumentException(
            "node " + node + " is the last that holds shard " + group.shard() + ": it stays");
      }
    }
    heldBy(node).forEach(group -> group.coordinators().leave(node, node));
  }

  /** Waits until the others go on without a node; tells whether they do. */
  boolean awaitGone(NodeId node) {
    return waiters.administer(
            groups.get(0).coordinatorLoop(),
            null,
            () -> {},
            () -> groups.stream().allMatch(group -> group.isGone(node)),
            LEAVE_WITHIN_NANOS)
        == Wait.DONE;
  }

  /**
   * A node leaves.
   *
   * @param isGone whether the others go on without it: otherwise it stays
   */
  void endRemoving(NodeId node, boolean isGone) {
    if (!leaving.remove(node)) {
      return; // another caller has removed it, too
    }
    if (!isGone) {
      heldBy(node).forEach(group -> group.coordinators().stay(node));
      throw new UnavailableException(
          "the others could not go on without node " + node + " in time: it stays", null);
    }
    crash(node);
    nodes.forget(node);
    fabric.forget(node);
    heldBy(node).forEach(group -> group.forget(node).end(driver));
    waiters.look();
    logger.info("node {} has left", node);
    announcements.removed(node);
  }

  /** Nothing happens on a node, or in the coordinators, for a while. */
  void pause(NodeId node, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a pause must not be negative, as " + time + " is");
    }
    if (node.equals(NodeId.COORDINATOR)) {
      groups.forEach(group -> group.coordinators().pause(Nanos.of(time)));
      return;
    }
    nodes.require(node);
    for (Group group : heldBy(node)) {
      Replica replica = group.replicaOrNull(node);
      if (replica != null) {
        onLoop(replica.loop(), replica, () -> replica.pause(Nanos.of(time)));
      }
      group.wake();
    }
  }

  void crash(NodeId node) {
    if (node.equals(NodeId.COORDINATOR)) {
      crashCoordinator();
    } else if (nodes.isRunning(node)) {
      nodes.setDown(node, true);
      logger.info("node {} is crashed", node);
      announcements.crashed(node);
      for (Group group : heldBy(node)) {
        stop(group.replicaOrNull(node));
        group.wake();
      }
    }
  }

  /** Something on a node has failed in one shard, so that it stops in all. */
  void onFailure(NodeId node) {
    nodes.setDown(node, true);
    for (Group group : groups) {
      stopFailed(group, node);
      group.wake();
    }
    waiters.look();
  }

  /** Stops the replica of a node that has failed in another shard. */
  static void stopFailed(Group group, NodeId node) {
    Replica replica = group.replicaOrNull(node);
    if (replica != null) {
      replica.loop().execute(replica, () -> replica.stop("has failed in another shard"));
    }
  }

  /** There is none yet where a shard has begun to move to the node. */
  private void stop(@Nullable Replica replica) {
    if (replica != null) {
      onLoop(replica.loop(), replica, () -> replica.stop("was crashed"));
    }
  }

  private void crashCoordinator() {
    if (!isCoordinatorDown) {
      isCoordinatorDown = true;
      groups.forEach(group -> group.coordinators().crash());
      announcements.crashed(NodeId.COORDINATOR);
    }
  }

  void restart(NodeId node) {
    if (node.equals(NodeId.COORDINATOR)) {
      restartCoordinator();
    } else if (!nodes.isRunning(node)) {
      restartNode(node);
    }
  }

  private void restartCoordinator() {
    if (isCoordinatorDown) {
      isCoordinatorDown = false;
      groups.forEach(group -> group.coordinators().restart());
      announcements.restarted(NodeId.COORDINATOR);
    }
  }

  private void restartNode(NodeId node) {
    logger.info("node {} starts again", node);
    List<Group> held = heldBy(node);
    layout.openAll(held, node);
    nodes.setDown(node, false);
    boolean isStarted = false;
    try {
      announcements.restarted(node);
      held.forEach(group -> group.start(node));
      isStarted = true;
    } finally {
      if (!isStarted) {
        nodes.setDown(node, true);
      }
    }
    waiters.look(); // calls and watches that wait for this node may go on
  }

  private void onLoop(EventLoop loop, Actor actor, Runnable task) {
    Task.runOn(driver, loop, actor, task);
  }
}
