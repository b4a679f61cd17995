package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group, as those see it that keep its view: where messages go, and what the store asks for and
 * is told. What its replicas are doing is known by their messages alone.
 */
public interface Members {
  /** Which shard it replicates. */
  int shard();

  /** How its store was built. */
  Settings settings();

  /** The nodes that hold its shard: a replica has a place there, whether or not it is a member. */
  List<NodeId> holders();

  /** Where messages for the replica on a node go; null when there is none. */
  @Nullable Recipient replicaOrNull(NodeId node);

  /**
   * Has the replica on a node take part, if it runs. This and the next are what an administrator
   * asks for who goes from node to node: it does not go over their links.
   */
  void start(NodeId node);

  /**
   * Has nodes refuse all requests at once, and serve no more, whether or not they are cut off.
   *
   * @param then done on the coordinators' loop once they have stopped: then they hold no lease, and
   *     answer nothing more of the view that they were in
   */
  void stopServing(List<NodeId> nodes, Runnable then);

  /** Whether the replica on a node runs: asked only where views are set by hand. */
  boolean isRunning(NodeId node);

  /** The coordinators, and which of them keeps the view of which node. */
  Coordinators coordinators();

  /** Who keeps the view of a node; null when it is to be in none. */
  default @Nullable Coordinator coordinatorOf(NodeId node) {
    return coordinators().of(node);
  }

  /** The times in which no member beats. */
  Rest rest();

  /** Does something with every replica, also with those that are down, for such a time. */
  void forEach(Consumer<? super Rest.Resting> action);

  /** Something has happened, by which a member may fall silent, or come. */
  default void wake() {
    rest().endSoon();
  }

  /**
   * From what the group goes on after it has lost everything; nothing when something is left.
   *
   * @param isAllBlank whether no replica that takes part knows of anything
   */
  Optional<List<MemberReport>> reportsAfterLoss(Cell cell, boolean isAllBlank);

  /** A view was decided, on the coordinator's loop. */
  void onDecided(View before, View next);

  /** A member is taken to be lost, on the coordinator's loop. */
  void onSuspicion(NodeId node, String why);

  /** Something of a node, or a coordinator, has failed. */
  void announceFailure(NodeId node, Throwable cause);
}
