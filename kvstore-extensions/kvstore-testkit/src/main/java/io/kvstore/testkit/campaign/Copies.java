package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Moment;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws that members fall behind so far that they get a copy of everything, while clients write and
 * clocks are wrong; and that a node is lost just then, so that what the copy brought is all that
 * the others go on with.
 */
final class Copies {
  private static final int MOST_ROUNDS = 4;
  private static final int ASKS_EACH = 40;
  private static final int KEYS = 6;
  private static final long SOON_NANOS = 100_000_000;
  private static final List<Moment> COPIED =
      List.of(
          Moment.LAGGARD_SENT_A_COPY,
          Moment.CONTENTS_TAKEN_OVER,
          Moment.REST_TAKEN_OVER,
          Moment.EVERYTHING_BROUGHT_NEWS);

  private final RandomGenerator random;
  private final Script script;
  private final int nodes;
  private final boolean hasLifetimes;
  private final List<Integer> clients = new ArrayList<>();

  Copies(RandomGenerator random, Script script) {
    this.random = random;
    this.script = script;
    nodes = script.setup().nodes();
    hasLifetimes = random.nextBoolean();
  }

  void draw(long start) {
    for (int node = 0; node < Math.min(nodes, 4); node++) {
      clients.add(script.clientAt(node, start));
    }
    clients.add(script.client());
    clients.add(script.client());
    clients.add(script.client());
    long at = start;
    for (int i = random.nextInt(1, MOST_ROUNDS + 1); i > 0; i--) {
      at = round(at);
    }
  }

  /** Tells when it is over. */
  private long round(long start) {
    int behind = script.anyNode();
    long lasting = random.nextLong(Script.DETECTION_NANOS / 8, Script.DETECTION_NANOS);
    long heard = start + lasting;
    for (int node = 0; node < nodes; node++) {
      if (node != behind && random.nextInt(4) > 0) {
        cut(NodeId.of(node), NodeId.of(behind), start);
      }
    }
    while (random.nextInt(3) == 0) {
      script.strike(script.wrongClock(script.anyNode()), start + random.nextLong(lasting));
    }
    long end = heard + random.nextLong(SOON_NANOS, 2 * Script.DETECTION_NANOS);
    script.strike(new Fault.Rejoin(), heard);
    if (random.nextInt(3) > 0) {
      loseOne(behind, heard, end);
    }
    write(start, heard + random.nextLong(SOON_NANOS));
    return end;
  }

  private void cut(NodeId from, NodeId behind, long at) {
    script.strike(
        random.nextBoolean() ? new Fault.CutOneWay(from, behind) : new Fault.Cut(from, behind), at);
  }

  /** As soon as something was copied, or about then. */
  private void loseOne(int behind, long heard, long end) {
    int node = random.nextInt(3) == 0 ? behind : script.otherThan(behind);
    Fault fault =
        switch (random.nextInt(4)) {
          case 0 -> new Fault.Isolate(NodeId.of(node));
          case 1 ->
              new Fault.CrashTogether(
                  script.setup().isDurable() ? all() : List.of(NodeId.of(node)));
          default -> new Fault.Crash(NodeId.of(node));
        };
    if (random.nextBoolean()) {
      script.lieInWait(COPIED.get(random.nextInt(COPIED.size())), fault, heard - SOON_NANOS / 10);
    } else {
      script.strike(fault, heard + random.nextLong(SOON_NANOS));
    }
    script.strike(new Fault.Rejoin(), end);
    for (NodeId each : all()) {
      script.strike(new Fault.Restart(each), end + random.nextLong(SOON_NANOS));
    }
  }

  private List<NodeId> all() {
    return IntStream.range(0, nodes).mapToObj(NodeId::of).toList();
  }

  private void write(long start, long end) {
    long every = (end - start) / ASKS_EACH;
    for (long at = start; at < end; at += 1 + random.nextLong(2 * every)) {
      script.act(clients.get(random.nextInt(clients.size())), ask(), at);
    }
  }

  private Ask ask() {
    Duration lifetime = Duration.ofMillis(random.nextInt(1, 2_000));
    return switch (random.nextInt(hasLifetimes ? 8 : 5)) {
      case 5 -> Ask.of(Kind.PUT, Draw.PASSING, script.newValue()).lasting(lifetime);
      case 6 -> Ask.of(Kind.TOUCH, Draw.PASSING, "").lasting(lifetime);
      case 7 -> Ask.of(Kind.GET, Draw.PASSING, "");
      default -> script.askOf("r" + random.nextInt(1, KEYS + 1));
    };
  }
}
