package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Draws into a store that moves between cells that it does so again and again while much is under
 * way on slow links, and that a node is lost just then.
 */
final class Moves {
  private static final int MOST_MOVES = 3;
  private static final int ASKS_EACH = 15;
  private static final long SOON_NANOS = 150_000_000;
  private static final Set<String> MOVING =
      Set.of(
          "FROZEN_DURING_HAND_OVER",
          "BEGUN_BLANK",
          "ANSWERED_FROM_A_HAND_OVER",
          "CHANGE_BEGUN_ANEW",
          "INSTALLED_AGAIN");

  private final RandomGenerator random;
  private final Script script;
  private final List<Cell> cells;
  private final List<Integer> clients = new ArrayList<>();

  /**
   * Draws into a script.
   *
   * @param cells between which the store moves anyhow
   */
  Moves(RandomGenerator random, Script script, List<Cell> cells) {
    this.random = random;
    this.script = script;
    this.cells = List.copyOf(cells);
  }

  void draw(long start) {
    int nodes = script.setup().nodes();
    for (int node = 0; node < Math.min(nodes, 4); node++) {
      clients.add(script.clientAt(node, start));
    }
    for (int i = 0; i < 4; i++) {
      clients.add(script.client());
    }
    script.strike(
        new Fault.Links(Script.late(Duration.ofMillis(1L << random.nextInt(1, 7)))), start);
    long at = start;
    for (int i = random.nextInt(1, MOST_MOVES + 1); i > 0; i--) {
      at = move(at);
    }
    script.strike(new Fault.Links(Weather.FAIR), at);
  }

  /** Tells when the next may be. */
  private long move(long start) {
    long at = start + random.nextLong(SOON_NANOS);
    long end = at + random.nextLong(2 * SOON_NANOS, 3 * Script.DETECTION_NANOS);
    script.strike(new Fault.Move(cells.get(random.nextInt(cells.size()))), at);
    if (random.nextInt(4) > 0 && script.setup().nodes() > 1) {
      loseOne(NodeId.of(script.anyNode()), at, end);
    }
    String key = "r" + random.nextInt(1, 4);
    for (long asked = start;
        asked < end;
        asked += 1 + random.nextLong((end - start) / ASKS_EACH * 2)) {
      script.act(clients.get(random.nextInt(clients.size())), script.askOf(key), asked);
    }
    return end;
  }

  private void loseOne(NodeId node, long at, long end) {
    Fault fault = random.nextInt(3) == 0 ? new Fault.Isolate(node) : new Fault.Crash(node);
    if (random.nextInt(3) == 0) {
      List<Enum<?>> moments =
          Simulation.moments().stream().filter(each -> MOVING.contains(each.name())).toList();
      script.lieInWait(moments.get(random.nextInt(moments.size())), fault, at);
    } else {
      script.strike(fault, at + random.nextLong(-SOON_NANOS / 3, SOON_NANOS));
    }
    script.strike(new Fault.Rejoin(), end);
    script.strike(new Fault.Restart(node), end);
  }
}
