package io.kvstore.testkit.draw;

import io.kvstore.NodeId;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Activated;
import io.kvstore.core.trace.TraceEvent.Applied;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Merged;
import io.kvstore.core.trace.TraceEvent.Sent;
import io.kvstore.core.trace.TraceEvent.Stopped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Events as a log that ShiViz reads (Beschastnikh and others, CACM 63(10), 2020): on the first line
 * the expression that finds the parts, then for each event its text, its host and its vector clock.
 */
final class ShiViz {
  /** The first line. */
  static final String EXPRESSION = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})";

  private final List<TraceEvent> events;
  private final long beginning;
  private final Map<NodeId, Clock> clocks = new TreeMap<>();
  private final Map<Trip, Clock> sentAt = new HashMap<>();
  private final StringBuilder log = new StringBuilder();

  ShiViz(List<TraceEvent> events, long beginning) {
    this.events = events;
    this.beginning = beginning;
  }

  /** How many events of each node are known. */
  record Clock(Map<NodeId, Integer> counts) {
    Clock next(NodeId self) {
      Map<NodeId, Integer> next = new TreeMap<>(counts);
      next.merge(self, 1, Integer::sum);
      return new Clock(next);
    }

    Clock merge(Clock other) {
      Map<NodeId, Integer> merged = new TreeMap<>(counts);
      other.counts.forEach((node, count) -> merged.merge(node, count, Math::max));
      return new Clock(merged);
    }

    @Override
    public String toString() {
      return counts.entrySet().stream()
          .map(each -> "\"" + each.getKey() + "\":" + each.getValue())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }

  String log() {
    log.append(EXPRESSION).append("\n\n");
    for (TraceEvent event : events) {
      if (event instanceof Sent sent) {
        Clock clock = happens(sent.from(), event, "sends to " + sent.to() + ": " + sent.message());
        sentAt.put(new Trip(sent.from(), sent.to(), sent.message()), clock);
      } else if (event instanceof Delivered delivered) {
        Trip trip = new Trip(delivered.from(), delivered.to(), delivered.message());
        Clock then = sentAt.getOrDefault(trip, new Clock(Map.of()));
        clocks.merge(delivered.to(), then, Clock::merge);
        happens(
            delivered.to(),
            event,
            "receives from " + delivered.from() + ": " + delivered.message());
      } else if (event instanceof Applied applied) {
        happens(applied.node(), event, "performs " + applied.ordered());
      } else if (event instanceof Merged merged) {
        happens(merged.node(), event, "takes over " + merged.changed());
      } else if (event instanceof Activated activated) {
        happens(activated.node(), event, "serves in " + activated.view());
      } else if (event instanceof Stopped stopped) {
        happens(stopped.node(), event, "stops: " + stopped.why());
      }
    }
    return log.toString();
  }

  private Clock happens(NodeId node, TraceEvent event, String what) {
    Clock clock = clocks.getOrDefault(node, new Clock(Map.of())).next(node);
    clocks.put(node, clock);
    log.append((event.time() - beginning) / 1_000)
        .append(" µs ")
        .append(what.replace('\n', ' '))
        .append('\n')
        .append(node)
        .append(' ')
        .append(clock)
        .append('\n');
    return clock;
  }
}
