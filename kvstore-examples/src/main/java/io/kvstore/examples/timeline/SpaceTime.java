package io.kvstore.examples.timeline;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.record.Recorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A write and a read with each protocol, as a space-time diagram of a run: what goes between the
 * nodes of a store of three, on links on which every message takes a millisecond.
 *
 * <pre>
 *   mvn -q compile exec:java -Dexample=timeline.SpaceTime -Dexec.args=docs/pictures
 * </pre>
 */
public final class SpaceTime {
  private static final Duration HOP = Duration.ofMillis(1);
  private static final Duration UNTIL_ALL_HAVE_HEARD = Duration.ofMillis(4);

  private SpaceTime() {}

  /** Draws the pictures into the folder that is named. */
  public static void main(String... arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("name the folder into which the pictures are to be drawn");
    }
    for (Map.Entry<String, String> each : pictures().entrySet()) {
      Path file = Path.of(arguments[0]).resolve(each.getKey());
      Files.writeString(file, each.getValue());
      System.out.println(file);
    }
  }

  /** The pictures by the names of their files. */
  static Map<String, String> pictures() {
    Map<String, String> pictures = new TreeMap<>();
    for (Replication protocol : Replication.values()) {
      Consistency level = strongest(protocol);
      pictures.put(nameOf(protocol) + ".svg", draw(level, protocol));
    }
    return pictures;
  }

  private static String nameOf(Replication protocol) {
    return "run-" + protocol.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Consistency strongest(Replication protocol) {
    for (Consistency level : Consistency.values()) {
      if (protocol.supports(level)) {
        return level;
      }
    }
    throw new IllegalStateException(protocol + " gives no level");
  }

  private static String draw(Consistency level, Replication protocol) {
    List<TraceEvent> events = new ArrayList<>();
    Recorder recorder = new Recorder();
    Simulation simulation =
        Simulation.withSeed(1).links(new Faults(Delay.fixed(HOP), 0, 0, 0)).trace(events::add);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(level)
            .replication(protocol)
            .engine(recorder.callers(() -> "ana").around(simulation))
            .open()) {
      Session<String, String> client = store.at(NodeId.of(1));
      simulation.runFor(UNTIL_ALL_HAVE_HEARD);
      events.clear(); // of how the nodes came together
      client.put("x", "1");
      simulation.runFor(UNTIL_ALL_HAVE_HEARD);
      client.get("x");
    }
    return Drawing.of(recorder)
        .title(protocol + " at " + level + ": a client at n1 writes x, and reads it")
        .events(events, Simulation.BEGINNING_NANOS)
        .svg();
  }
}
