package io.kvstore.core.store;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.ControletFactory;
import java.util.List;
import java.util.function.Predicate;

/** The choice of the node that a client does best to talk to. */
final class Contact {
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
   * preference one of the members that run.
   */
  NodeId in(View view, int preference) {
    NodeId preferred = protocol.preferred(view).orElse(null);
    if (preferred != null && (isUp.test(preferred) || !failover.isAutomatic())) {
      return preferred;
    }
    List<NodeId> members = view.members();
    for (int i = 0; i < members.size(); i++) {
      NodeId member = members.get((preference + i) % members.size());
      if (isUp.test(member)) {
        return member;
      }
    }
    return view.primary();
  }
}
