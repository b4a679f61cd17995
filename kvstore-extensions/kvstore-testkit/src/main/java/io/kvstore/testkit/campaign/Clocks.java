package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Draws that values with short lifetimes are written, touched, counted and read at all nodes, on
 * slow links, while the clocks of some nodes are wrong and change, and perhaps a node is lost.
 */
final class Clocks {
  private static final int ASKS = 120;
  private static final int MOST_WRONG = 5;
  private static final int MOST_LIFETIME_MILLIS = 400;
  private static final List<String> KEYS = List.of(Draw.PASSING, "t1", "t2");

  private final RandomGenerator random;
  private final Script script;

  Clocks(RandomGenerator random, Script script) {
    this.random = random;
    this.script = script;
  }

  void draw(long start) {
    int nodes = script.setup().nodes();
    List<Integer> clients = new ArrayList<>();
    for (int node = 0; node < Math.min(nodes, 4); node++) {
      clients.add(script.clientAt(node, start));
      clients.add(script.clientAt(node, start));
    }
    clients.add(script.client());
    long lasting = random.nextLong(Script.DETECTION_NANOS, 6 * Script.DETECTION_NANOS);
    if (random.nextBoolean()) {
      script.strike(
          new Fault.Links(Script.late(Duration.ofMillis(1L << random.nextInt(1, 6)))), start);
      script.strike(new Fault.Links(Weather.FAIR), start + lasting);
    }
    for (int i = random.nextInt(MOST_WRONG); i > 0; i--) {
      script.strike(script.wrongClock(script.anyNode()), start + random.nextLong(lasting));
    }
    if (random.nextBoolean()) {
      NodeId node = NodeId.of(script.anyNode());
      long at = start + random.nextLong(lasting);
      script.strike(random.nextBoolean() ? new Fault.Crash(node) : new Fault.Isolate(node), at);
      script.strike(new Fault.Rejoin(), at + random.nextLong(1, 3 * Script.DETECTION_NANOS));
      script.strike(new Fault.Restart(node), at + random.nextLong(1, 3 * Script.DETECTION_NANOS));
    }
    long every = lasting / ASKS;
    for (long at = start; at < start + lasting; at += 1 + random.nextLong(2 * every)) {
      script.act(clients.get(random.nextInt(clients.size())), ask(), at);
    }
  }

  private Ask ask() {
    String key = KEYS.get(random.nextInt(KEYS.size()));
    Duration lifetime = Duration.ofMillis(random.nextInt(1, MOST_LIFETIME_MILLIS));
    return switch (random.nextInt(10)) {
      case 0, 1 -> Ask.of(Kind.PUT, key, script.newValue()).lasting(lifetime);
      case 2 -> Ask.of(Kind.PUT_IF_ABSENT, key, script.newValue()).lasting(lifetime);
      case 3 -> Ask.of(Kind.TOUCH, key, "").lasting(lifetime);
      case 4 -> Ask.of(Kind.APPEND, key, script.newValue());
      case 5 -> new Ask(Kind.GET_MANY, KEYS, "", Optional.empty(), Optional.empty());
      case 6 -> new Ask(Kind.COUNT, List.of(), "", Optional.empty(), Optional.empty());
      default -> Ask.of(Kind.GET, key, "");
    };
  }
}
