package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** What the members of a view say of each other. */
final class Complaints {
  private Complaints() {}

  /**
   * Whom most complain of, the last of them in a tie. A member that is left alone is not accused.
   *
   * @param staying those who are asked, and may be accused
   */
  static Optional<NodeId> worst(
      View view, Set<NodeId> staying, Function<NodeId, PeerHealth> known) {
    Map<NodeId, Integer> complaints = new TreeMap<>();
    for (NodeId member : staying) {
      if (known.apply(member).installed() == view.epoch()) {
        known.apply(member).suspects().stream()
            .filter(staying::contains)
            .forEach(suspect -> complaints.merge(suspect, 1, Integer::sum));
      }
    }
    if (complaints.isEmpty() || staying.size() == 1) {
      return Optional.empty();
    }
    int most = Collections.max(complaints.values());
    return view.members().stream()
        .filter(member -> complaints.getOrDefault(member, 0) == most)
        .reduce((one, later) -> later);
  }
}
