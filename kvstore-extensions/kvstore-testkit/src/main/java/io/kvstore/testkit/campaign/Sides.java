package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Draws that the nodes fall into two sides, again and again: one of them is not heard, does not
 * hear, or neither, and the coordinator is on one side or hears both. Clients of all nodes read and
 * write a few keys meanwhile, and some change sides. What one has told another before is uneven,
 * and a node may be lost while the sides are apart: so those that come back have what no other has.
 */
final class Sides {
  private static final int MOST_ROUNDS = 3;
  private static final int MOST_CLIENT_NODES = 4;
  private static final int ASKS = 150;
  private static final int MOST_KEYS = 6;

  private enum Cut {
    BOTH_WAYS,
    OUTWARD,
    INWARD
  }

  private final RandomGenerator random;
  private final Script script;
  private final int nodes;

  Sides(RandomGenerator random, Script script) {
    this.random = random;
    this.script = script;
    nodes = script.setup().nodes();
  }

  void draw(long start) {
    long end = start;
    for (int i = random.nextInt(1, MOST_ROUNDS + 1); i > 0; i--) {
      end = round(end);
    }
    act(start, end);
  }

  // Faults

  /** Tells when the sides are together again. */
  private long round(long start) {
    Set<Integer> side = someNodes();
    int receiver = any(side); // may know less of the other side than those beside it
    long apart = start + random.nextLong(Script.DETECTION_NANOS);
    long lasting = random.nextLong(Script.DETECTION_NANOS / 4, 4 * Script.DETECTION_NANOS);
    long together = apart + lasting;
    if (random.nextBoolean()) {
      beUneven(side, receiver, start, together);
    }
    separate(side, apart);
    if (random.nextBoolean()) {
      lose(lost(side, receiver), apart + random.nextLong(lasting), together);
    }
    script.strike(new Fault.Rejoin(), together);
    long next = together + random.nextLong(1, 2 * Script.DETECTION_NANOS);
    if (random.nextInt(3) == 0) { // one comes back later than those that were beside it
      script.strike(new Fault.Isolate(NodeId.of(any(side))), together + 1);
      next += Script.DETECTION_NANOS;
      script.strike(new Fault.Rejoin(), next);
    }
    return next;
  }

  /** At least one, and not all. */
  private Set<Integer> someNodes() {
    Set<Integer> some = new TreeSet<>();
    for (int i = random.nextInt(1, nodes); i > 0; i--) {
      some.add(script.anyNode());
    }
    return some;
  }

  private void separate(Set<Integer> side, long at) {
    Cut cut = random.nextBoolean() ? Cut.BOTH_WAYS : Cut.values()[random.nextInt(3)];
    int coordinator = random.nextInt(4); // hears both sides, or only this one, or only the other
    for (int one : side) {
      for (int other = 0; other < nodes; other++) {
        if (!side.contains(other)) {
          cut(cut, NodeId.of(one), NodeId.of(other), at);
        }
      }
      if (coordinator > 1) {
        cut(cut, NodeId.of(one), NodeId.COORDINATOR, at);
      }
    }
    for (int other = 0; other < nodes && coordinator == 1; other++) {
      if (!side.contains(other)) {
        cut(Cut.BOTH_WAYS, NodeId.of(other), NodeId.COORDINATOR, at);
      }
    }
  }

  private void cut(Cut cut, NodeId one, NodeId other, long at) {
    script.strike(
        switch (cut) {
          case BOTH_WAYS -> new Fault.Cut(one, other);
          case OUTWARD -> new Fault.CutOneWay(one, other);
          case INWARD -> new Fault.CutOneWay(other, one);
        },
        at);
  }

  /** One link carries less than the others, or later. */
  private void beUneven(Set<Integer> side, int knowsLess, long from, long to) {
    int one = random.nextInt(3) > 0 ? outside(side) : script.otherThan(knowsLess);
    boolean isTurned = random.nextInt(4) == 0;
    NodeId sender = NodeId.of(isTurned ? knowsLess : one);
    NodeId receiver = NodeId.of(isTurned ? one : knowsLess);
    Weather weather =
        random.nextBoolean()
            ? Script.losing(random.nextInt(50, 101) / 100.0)
            : Script.late(Duration.ofMillis(1L << random.nextInt(4, 10)));
    script.strike(new Fault.Link(sender, receiver, weather), from);
    script.strike(new Fault.Link(sender, receiver, Weather.FAIR), to);
  }

  private int any(Set<Integer> some) {
    return some.stream().skip(random.nextInt(some.size())).findFirst().orElseThrow();
  }

  private int outside(Set<Integer> side) {
    int node = script.anyNode();
    while (side.contains(node)) {
      node = (node + 1) % nodes;
    }
    return node;
  }

  /** Often one of the side, so that only those beside it have what it wrote. */
  private int lost(Set<Integer> side, int receiver) {
    Set<Integer> others = new TreeSet<>(side);
    others.remove(receiver);
    return others.isEmpty() || random.nextInt(3) == 0 ? script.anyNode() : any(others);
  }

  private void lose(int node, long at, long together) {
    script.strike(new Fault.Crash(NodeId.of(node)), at);
    if (random.nextInt(4) > 0) {
      long soon = at + random.nextLong(1, 100_000_000);
      long later = together + random.nextLong(Script.DETECTION_NANOS);
      script.strike(new Fault.Restart(NodeId.of(node)), random.nextInt(3) == 0 ? soon : later);
    }
  }

  // Clients

  private void act(long start, long end) {
    List<Integer> clients = new ArrayList<>();
    for (int node = 0; node < Math.min(nodes, MOST_CLIENT_NODES); node++) {
      clients.add(script.clientAt(node, start));
      clients.add(script.clientAt(node, start)); // one may wait for what cannot be done
    }
    clients.add(script.client());
    clients.add(script.client());
    List<Integer> travellers = List.of(script.client(), script.client());
    int keys = random.nextInt(1, MOST_KEYS + 1);
    long every = (end - start) / ASKS;
    for (long at = start; at < end; at += 1 + random.nextLong(2 * every)) {
      String key = "r" + random.nextInt(1, keys + 1);
      if (random.nextInt(4) == 0) {
        int traveller = travellers.get(random.nextInt(travellers.size()));
        if (random.nextBoolean()) {
          script.act(traveller, new Action.Move(script.anyNode()), at);
        }
        script.act(traveller, ask(key), at);
      } else {
        script.act(clients.get(random.nextInt(clients.size())), ask(key), at);
      }
    }
  }

  private Ask ask(String key) {
    return random.nextInt(4) == 0 ? Ask.of(Kind.GET, key, "") : script.askOf(key);
  }
}
