package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.Replicas;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The end of a node's service in a group, as an administrator has it who goes from node to node: it
 * reaches nodes that are cut off, too.
 */
final class Expulsion {
  private final Replicas replicas;
  private final EventLoop coordinatorLoop;
  private final Consumer<Runnable> onThatLoop;

  /**
   * Of the replicas of a group.
   *
   * @param onThatLoop does something on the coordinators' loop, soon
   */
  Expulsion(Replicas replicas, EventLoop coordinatorLoop, Consumer<Runnable> onThatLoop) {
    this.replicas = replicas;
    this.coordinatorLoop = coordinatorLoop;
    this.onThatLoop = onThatLoop;
  }

  /** Has nodes refuse requests at once and stop to serve, and does something once they have. */
  void stopServing(List<NodeId> nodes, Runnable then) {
    List<Replica> others = new ArrayList<>();
    for (NodeId node : nodes) {
      Replica replica = replicas.runningOrNull(node);
      if (replica != null) {
        replica.refuseFromNowOn();
        if (replica.loop() == coordinatorLoop) {
          expelHere(replica);
        } else {
          others.add(replica);
        }
      }
    }
    if (others.isEmpty()) {
      then.run();
      return;
    }
    AtomicInteger left = new AtomicInteger(others.size());
    for (Replica replica : others) {
      replica
          .loop()
          .execute(
              replica,
              () -> {
                replica.expel();
                if (left.decrementAndGet() == 0) {
                  onThatLoop.accept(then);
                }
              });
    }
  }

  /** Has a replica fail if that throws, and not only the coordinators, whose event this is. */
  private static void expelHere(Replica replica) {
    try {
      replica.expel();
    } catch (RuntimeException | Error thrown) {
      replica.loop().execute(replica, () -> replica.fail(thrown));
      throw thrown;
    }
  }
}
