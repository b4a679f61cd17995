package io.kvstore.recipes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Claims that have not been renewed for a whole lease while this process looked on: they are over,
 * whatever the store's time is. So a store whose time stands still, after the clock of a node was
 * ahead, holds no lock for ever.
 */
final class Overdue {
  private final Map<Claim, Long> firstSeen = new HashMap<>(); // at most Claims.MOST

  /** Takes in which claims there are now. A renewed claim is another one. */
  void see(List<Claim> line, long nowNanos) {
    firstSeen.keySet().retainAll(new HashSet<>(line));
    line.forEach(claim -> firstSeen.putIfAbsent(claim, nowNanos));
  }

  /** Whether a claim has been seen for longer than its lease. */
  boolean has(Claim claim, long nowNanos) {
    Long since = firstSeen.get(claim);
    return since != null
        && nowNanos - since > claim.leaseNanos() + claim.leaseNanos() / Lease.DRIFT_PART;
  }
}
