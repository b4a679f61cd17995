package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.ReplicaSlot;
import io.kvstore.core.spi.DataletFactory;

/**
 * The end of a table while its store goes on: its coordinators and replicas stop, their loops end,
 * and what its datalets have kept is taken away.
 */
final class Dissolution {
  private final Driver driver;
  private final Layout layout;
  private final Nodes nodes;
  private final DataletFactory datalets;

  Dissolution(Driver driver, Layout layout, Nodes nodes, DataletFactory datalets) {
    this.driver = driver;
    this.layout = layout;
    this.nodes = nodes;
    this.datalets = datalets;
  }

  /** Stops all that runs, and returns when nothing does any more. */
  void end(KeySpace table, String why) {
    table.groups().forEach(group -> stop(group, why));
    table.groups().forEach(this::endLoops);
    table.forgetReplicas();
  }

  private void stop(Group group, String why) {
    // On its loop, so that what was asked of it before comes first, as a replica that joins.
    onLoop(group.coordinatorLoop(), () -> group.coordinators().crash());
    for (NodeId node : group.holders()) {
      onLoop(group.replicas().slot(node).loop(), () -> stop(group, node, why));
    }
  }

  private static void stop(Group group, NodeId node, String why) {
    Replica replica = group.replicaOrNull(node);
    if (replica != null) {
      replica.stop(why);
    }
  }

  private void endLoops(Group group) {
    for (NodeId node : group.holders()) {
      ReplicaSlot slot = group.replicas().slot(node);
      slot.awaitDatalet(loop -> onLoop(loop, () -> {})); // it may be closing its files
      slot.end(driver);
    }
    layout.endCoordinatorLoop(group);
  }

  private void onLoop(EventLoop loop, Runnable task) {
    Task.runOn(driver, loop, null, task);
  }

  /** Takes away what its datalets have kept on any node that has ever been. */
  void discard(KeySpace table) {
    for (Group group : table.groups()) {
      for (int node = 0; node < nodes.everMade(); node++) {
        datalets.discard(NodeId.of(node), group.shard());
      }
    }
  }
}
