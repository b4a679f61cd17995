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
 * Draws that clients ask for what concerns many keys at once: they count, list, read several, and
 * remove everything, while others write; and that a node does not hear, or is not heard, or is
 * lost, so that a part of that is done, and a part of it unknown.
 */
final class Sweeps {
  private static final int ASKS = 70;
  private static final int MOST_CLEARS = 8;
  private static final int KEYS = 6;
  private static final List<String> ENDS = List.of("", "c", "g", "h", "r", "r2", "r3", "r5", "s");

  private final RandomGenerator random;
  private final Script script;
  private final boolean mayClear;
  private final int nodes;
  private int clears;

  /**
   * Draws into a script.
   *
   * @param mayClear whether everything may be removed
   */
  Sweeps(RandomGenerator random, Script script, boolean mayClear) {
    this.random = random;
    this.script = script;
    this.mayClear = mayClear;
    nodes = script.setup().nodes();
  }

  void draw(long start) {
    List<Integer> clients = new ArrayList<>();
    for (int node = 0; node < Math.min(nodes, 4); node++) {
      clients.add(script.clientAt(node, start));
    }
    clients.add(script.client());
    clients.add(script.client());
    long end = start + random.nextLong(Script.DETECTION_NANOS, 8 * Script.DETECTION_NANOS);
    long every = (end - start) / ASKS;
    for (long at = start; at < end; at += 1 + random.nextLong(2 * every)) {
      script.act(clients.get(random.nextInt(clients.size())), ask(), at);
    }
    for (int i = nodes > 1 ? random.nextInt(4) : 0; i > 0; i--) {
      disturb(start + random.nextLong(end - start));
    }
  }

  private void disturb(long at) {
    NodeId node = NodeId.of(script.anyNode());
    switch (random.nextInt(5)) {
      case 0 -> script.strike(new Fault.Crash(node), at);
      case 1 -> script.strike(new Fault.Mute(node), at);
      case 2 -> script.strike(new Fault.Isolate(node), at);
      case 3 ->
          script.strike(new Fault.Pause(node, Duration.ofMillis(1L << random.nextInt(11))), at);
      default -> deafen(node, at);
    }
    script.strike(new Fault.Rejoin(), at + random.nextLong(1, 6 * Script.DETECTION_NANOS));
  }

  /** It is heard, and hears no other node. */
  private void deafen(NodeId node, long at) {
    for (int other = 0; other < nodes; other++) {
      if (other != node.number()) {
        script.strike(new Fault.CutOneWay(NodeId.of(other), node), at);
      }
    }
  }

  private Ask ask() {
    String key = "r" + random.nextInt(1, KEYS + 1);
    return switch (random.nextInt(12)) {
      case 0 -> clear();
      case 1 -> of(Kind.COUNT, List.of(), "");
      case 2 -> of(Kind.SCAN, List.of(), "");
      case 3 -> of(Kind.GET_MANY, someKeys(), "");
      case 4, 5 -> page();
      case 6 -> Ask.of(Kind.REMOVE, key, "");
      case 7 -> Ask.of(Kind.GET, key, "");
      default -> Ask.of(Kind.PUT, key, script.newValue());
    };
  }

  private Ask clear() {
    boolean clearsNow = mayClear && clears < MOST_CLEARS;
    clears += clearsNow ? 1 : 0;
    return of(clearsNow ? Kind.CLEAR : Kind.SCAN, List.of(), "");
  }

  /** Perhaps with one that is never there, and in any order. */
  private List<String> someKeys() {
    List<String> keys = new ArrayList<>();
    int first = random.nextInt(KEYS);
    for (int i = random.nextInt(1, KEYS); i >= 0; i--) {
      keys.add("r" + (1 + (first + i) % (KEYS + 1)));
    }
    return keys;
  }

  private Ask page() {
    int from = random.nextInt(ENDS.size() - 1);
    int to = random.nextInt(from + 1, ENDS.size());
    String limit = Integer.toString(random.nextInt(1, KEYS + 1));
    return of(Kind.PAGE, List.of(ENDS.get(from), ENDS.get(to)), limit);
  }

  private static Ask of(Kind kind, List<String> keys, String value) {
    return new Ask(kind, keys, value, Optional.empty(), Optional.empty());
  }
}
