package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** What is left of faults when the last has struck: clocks that are wrong, nodes that pause. */
final class Aftermath {
  private final Set<NodeId> skewed = new TreeSet<>();
  private Duration pausesEnd = Duration.ZERO;

  void struck(Fault fault, Duration now) {
    if (fault instanceof Fault.Skew skew) {
      skewed.add(skew.node());
    } else if (fault instanceof Fault.Pause pause) {
      Duration end = now.plus(pause.time());
      pausesEnd = end.compareTo(pausesEnd) > 0 ? end : pausesEnd;
    }
  }

  /** Sets all clocks right. */
  void setClocks(Cluster cluster) {
    skewed.forEach(node -> cluster.skewClock(node, Duration.ZERO, 0));
  }

  /** How long some nodes still pause. */
  Duration pausesLeft(Duration now) {
    Duration left = pausesEnd.minus(now);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
