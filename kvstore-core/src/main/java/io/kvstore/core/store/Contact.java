package io.kvstore.core.store;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.ControletFactory;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The choice of the node that a client does best to talk to. */
final class Contact {
  /** Says of a member that it has looked for the others in vain. */
  @FunctionalInterface
  interface Cuts {
    boolean isCutOff(NodeId member);
  }

  private static final Cuts NONE = member -> false;

  private final ControletFactory protocol;
  private final Failover failover;
  private final Predicate<NodeId> isUp;

  /**
   * For one store.
   *
   * @param isUp whether a node runs
   */
  Contact(ControletFactory protocol, Failover failover, Predicate<NodeId> isUp) {
    this.protocol = protocol;
    this.failover = failover;
    this.isUp = isUp;
  }

  /**
   * The member that the protocol prefers, unless it is lost and may be replaced; or else by
   * preference one of the members that run; rather none that says that it is cut off.
   */
  NodeId in(View view, int preference, Cuts cuts) {
    NodeId preferred = protocol.preferred(view).orElse(null);
    if (preferred != null
        && (isUp.test(preferred) || !failover.isAutomatic())
        && !cuts.isCutOff(preferred)) {
      return preferred;
    }
    NodeId served = among(view, preference, cuts);
    NodeId running = served == null ? among(view, preference, NONE) : served;
    return running == null ? view.primary() : running;
  }

  /**
   * The preference of a client at a node: the first member from the node's number on, in a circle.
   */
  static int nearest(View view, NodeId node) {
    List<NodeId> members = view.members();
    int nearest = 0;
    for (int i = 1; i < members.size(); i++) {
      if (distance(node, members.get(i)) < distance(node, members.get(nearest))) {
        nearest = i;
      }
    }
    return nearest;
  }

  private static int distance(NodeId from, NodeId to) {
    return Math.floorMod(to.number() - from.number(), NodeId.MAX_NUMBER + 1);
  }

  private @Nullable NodeId among(View view, int preference, Cuts cuts) {
    List<NodeId> members = view.members();
    for (int i = 0; i < members.size(); i++) {
      NodeId member = members.get((preference + i) % members.size());
      if (isUp.test(member) && !cuts.isCutOff(member)) {
        return member;
      }
    }
    return null;
  }
}
