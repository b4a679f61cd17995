package io.kvstore.core.api;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
import java.time.Duration;
import java.util.List;

/** What the replicas of a simulated store send to each other, over links that are all alike. */
final class SentMessages {
  private SentMessages() {}

  /**
   * A simulation in which each message takes so long.
   *
   * @param sent gets each message between replicas, such as "n0 Append n1"
   */
  static Simulation into(List<String> sent, Duration hop) {
    return Simulation.withSeed(1)
        .links(new Faults(Delay.fixed(hop), 0, 0, 0))
        .trace(notingIn(sent));
  }

  private static Trace notingIn(List<String> sent) {
    return event -> {
      if (event instanceof TraceEvent.Sent message
          && !message.from().equals(NodeId.COORDINATOR)
          && !message.to().equals(NodeId.COORDINATOR)) {
        String name = message.message().getClass().getSimpleName();
        sent.add(message.from() + " " + name + " " + message.to());
      }
    };
  }
}
