package io.kvstore.examples.timeline;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Decider;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nodes that take time: each handles what is sent to it one after the other, and takes as long for
 * each. What comes from the coordinator, and goes there, costs nothing.
 */
final class Machines implements Decider {
  private final long serviceNanos;
  private final Map<NodeId, Long> freeAt = new TreeMap<>();

  Machines(Duration service) {
    serviceNanos = service.toNanos();
  }

  @Override
  public void sent(Passage passage) {
    boolean isOfCoordinator =
        passage.from().equals(NodeId.COORDINATOR) || passage.to().equals(NodeId.COORDINATOR);
    passage.arriveAt(isOfCoordinator ? passage.due() : served(passage.to(), passage.due()));
  }

  /** When a node is done with something that comes at a moment, in nanoseconds since 1970. */
  long served(NodeId node, long arrival) {
    long done = Math.max(arrival, freeAt.getOrDefault(node, Long.MIN_VALUE)) + serviceNanos;
    freeAt.put(node, done);
    return done;
  }
}
