package io.kvstore.testkit.campaign;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Draws trouble of which one fault by itself shows nothing: several that meet within a few
 * detections, with clients of their own at the nodes where they strike.
 */
final class ComposedTrouble {
  private static final String KEY = "r1";
  private static final String GROWS = "g";
  private static final int DETECTION_MILLIS = (int) Failover.DEFAULT.detection().toMillis();
  private static final long DETECTION_NANOS = Failover.DEFAULT.detection().toNanos();
  private static final long BURST_NANOS = 2 * DETECTION_NANOS;
  private static final long STORM_NANOS = 3 * DETECTION_NANOS;
  private static final int MOST_FAULTS = 9;
  private static final int GUSTS = 9;
  private static final int MOST_PHASES = 9;
  private static final int MOST_SKEW_MILLIS = 1_500;
  private static final int SOME_KEYS = 6;
  private static final long KINDS_NANOS = 16 * DETECTION_NANOS;
  private static final int MOST_KINDS = 5;
  private static final double COMMON_KINDS = 0.3;

  private final RandomGenerator random;
  private final Setup setup;
  private final List<Step> steps;
  private int moreClients;
  private int values;

  /**
   * Draws into these steps.
   *
   * @param setup of a store of several nodes
   */
  ComposedTrouble(RandomGenerator random, Setup setup, List<Step> steps) {
    this.random = random;
    this.setup = setup;
    this.steps = steps;
  }

  /** How many clients it has beside those that there are anyhow. */
  int moreClients() {
    return moreClients;
  }

  private void add(Fault fault, long at) {
    steps.add(new Step.Strikes(steps.size(), at, fault));
  }

  private void act(Action action, int client, long at) {
    steps.add(new Step.Acts(steps.size(), at, client, action));
  }

  /** One more client, at a node. */
  private int clientAt(int node, long from) {
    int client = setup.clients() + moreClients++;
    act(new Action.BeginAt(node), client, from);
    return client;
  }

  private String newValue() {
    return "u" + ++values + ";";
  }

  private NodeId any() {
    return NodeId.of(random.nextInt(setup.nodes()));
  }

  private int otherThan(int node) {
    return (node + 1 + random.nextInt(setup.nodes() - 1)) % setup.nodes();
  }

  // A burst

  /**
   * A node is cut off, pauses or crashes, and a clock goes wrong, within two detections; all the
   * while a client reads there and another writes elsewhere.
   */
  void burst(long start) {
    int node = random.nextInt(3) > 0 ? 0 : random.nextInt(setup.nodes());
    int other = otherThan(node);
    readAndWrite(start, start + BURST_NANOS, node, other);
    strike(start, trouble(NodeId.of(node)));
    strike(start, wrongClock(NodeId.of(random.nextBoolean() ? node : other)));
    if (random.nextBoolean()) {
      strike(start, wrongClock(NodeId.of(node)));
    }
    if (random.nextBoolean()) {
      strike(start + BURST_NANOS / 2, new Fault.Rejoin());
      strike(start + BURST_NANOS / 2, new Fault.Restart(NodeId.of(node)));
    }
  }

  /** A client reads at one node, and one writes the same key at another, as fast as they can. */
  private void readAndWrite(long start, long end, int node, int other) {
    int reader = clientAt(node, start);
    int writer = clientAt(other, start);
    long every = 1_000_000L << random.nextInt(3, 6); // 8 to 32 ms
    for (long at = start; at < end; at += every) {
      long soon = at + random.nextLong(every);
      act(Ask.of(Kind.GET, KEY, ""), reader, at);
      if (random.nextInt(3) == 0) {
        act(Ask.of(Kind.PUT, KEY, newValue()), writer, soon);
      }
    }
  }

  /** Within a detection. */
  private void strike(long from, Fault fault) {
    add(fault, from + random.nextLong(BURST_NANOS / 2));
  }

  private Fault trouble(NodeId node) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Fault.Isolate(node);
      case 2 -> new Fault.Crash(node);
      case 3 -> new Fault.CutOneWay(node, NodeId.COORDINATOR);
      default ->
          new Fault.Pause(
              node, Duration.ofMillis(random.nextInt(DETECTION_MILLIS / 4, 2 * DETECTION_MILLIS)));
    };
  }

  private Fault wrongClock(NodeId node) {
    int millis = random.nextInt(-MOST_SKEW_MILLIS, MOST_SKEW_MILLIS + 1);
    return new Fault.Skew(node, Duration.ofMillis(millis), random.nextDouble(-0.3, 0.3));
  }

  // A storm

  /** Everywhere, or only where leases are given. */
  void stormOrLateBeats(long start) {
    if (random.nextInt(3) > 0) {
      storm(start);
    } else {
      lateBeats(start);
    }
  }

  /**
   * Several faults within three detections, while clients at up to four nodes act: at each one that
   * only reads, since others wait for what cannot be written.
   */
  private void storm(long start) {
    List<Integer> clients = new ArrayList<>();
    List<Integer> readers = new ArrayList<>();
    for (int node = 0; node < Math.min(setup.nodes(), 4); node++) {
      clients.add(clientAt(node, start));
      readers.add(clientAt(node, start));
    }
    long every = 1_000_000L << random.nextInt(3, 6);
    for (long at = start; at < start + STORM_NANOS; at += random.nextLong(2 * every)) {
      int node = random.nextInt(clients.size());
      if (random.nextBoolean()) {
        act(Ask.of(Kind.GET, KEY, ""), readers.get(node), at);
      } else {
        act(ask(), clients.get(node), at);
      }
    }
    for (int i = random.nextInt(2, MOST_FAULTS); i > 0; i--) {
      gust(random.nextInt(GUSTS), start + random.nextLong(STORM_NANOS));
    }
  }

  private void gust(int which, long at) {
    NodeId node = any();
    long soon = at + random.nextLong(20_000_000);
    switch (which) {
      case 0 -> add(new Fault.Isolate(node), at);
      case 1 -> cutOneWay(at);
      case 2, 3 -> slowDown(at);
      case 4 -> add(new Fault.Crash(node), at);
      case 5 -> add(new Fault.Pause(node, Duration.ofMillis(1L << random.nextInt(4, 11))), at);
      case 6 -> add(new Fault.Rejoin(), at);
      case GUSTS -> add(new Fault.Mute(node), at);
      case 7 -> { // it is back before it is missed
        add(new Fault.Crash(node), at);
        add(new Fault.Restart(node), soon);
      }
      default -> { // some come back while another one goes
        add(new Fault.Crash(node), at);
        add(new Fault.Rejoin(), soon);
        add(new Fault.Restart(any()), soon);
      }
    }
  }

  private void cutOneWay(long at) {
    int from = random.nextInt(setup.nodes());
    add(new Fault.CutOneWay(NodeId.of(from), NodeId.of(otherThan(from))), at);
  }

  /** A link carries everything, but late; perhaps what the coordinator says. */
  private void slowDown(long at) {
    int node = random.nextInt(setup.nodes());
    NodeId from = random.nextInt(3) == 0 ? NodeId.COORDINATOR : NodeId.of(otherThan(node));
    add(new Fault.Link(from, NodeId.of(node), slow(0)), at);
  }

  private Weather slow(int atLeast) {
    int least = random.nextInt(atLeast, DETECTION_MILLIS);
    int most = least + 1 + random.nextInt(DETECTION_MILLIS / 5);
    return new Weather(Duration.ofMillis(least), Duration.ofMillis(most), 0, 0, 0);
  }

  private Ask ask() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> Ask.of(Kind.PUT, KEY, newValue());
      case 4 -> Ask.of(Kind.REMOVE, KEY, "");
      case 5 -> Ask.of(Kind.REPLACE_SEEN, KEY, newValue());
      case 6 -> Ask.of(Kind.PUT_IF_ABSENT, KEY, newValue());
      case 7, 8 -> Ask.of(Kind.ADD, Draw.COUNTER, Integer.toString(random.nextInt(1, 10)));
      default -> Ask.of(Kind.GET, Draw.COUNTER, "");
    };
  }

  // Late beats

  /**
   * What the coordinator says to a node comes late, and then the coordinator hears no more of it;
   * all the while a client reads there and another writes elsewhere.
   */
  private void lateBeats(long start) {
    int node = random.nextInt(3) > 0 ? 0 : random.nextInt(setup.nodes());
    NodeId late = NodeId.of(node);
    readAndWrite(start, start + STORM_NANOS, node, otherThan(node));
    add(new Fault.Link(NodeId.COORDINATOR, late, slow(DETECTION_MILLIS / 2)), start);
    Fault cut =
        random.nextBoolean()
            ? new Fault.Isolate(late)
            : new Fault.CutOneWay(late, NodeId.COORDINATOR);
    add(cut, start + random.nextLong(2 * DETECTION_NANOS));
  }

  // Bad links

  /**
   * Two nodes, or a node and the coordinator, do not hear each other well: either way the link
   * loses most or all, is slow or right, by turns, while clients at two nodes write and remove what
   * the other has written.
   */
  void badLinks(long start) {
    int one = random.nextInt(setup.nodes());
    int other = otherThan(one);
    int[] clients = {clientAt(one, start), clientAt(other, start)};
    NodeId peer = random.nextInt(4) == 0 ? NodeId.COORDINATOR : NodeId.of(other);
    long end = Math.max(turns(NodeId.of(one), peer, start), turns(peer, NodeId.of(one), start));
    long every = (end - start) / 60;
    for (long at = start; at < end; at += 1 + random.nextLong(2 * every)) {
      Kind kind = List.of(Kind.PUT, Kind.PUT, Kind.REMOVE, Kind.GET).get(random.nextInt(4));
      String key = "r" + random.nextInt(1, SOME_KEYS + 1);
      Ask ask = Ask.of(kind, key, kind == Kind.PUT ? newValue() : "");
      act(ask, clients[random.nextInt(2)], at);
    }
  }

  private static Weather losing(double loss) {
    return new Weather(Weather.FAIR.least(), Weather.FAIR.most(), loss, 0, 0);
  }

  /** Tells when they are over. */
  private long turns(NodeId from, NodeId to, long start) {
    long at = start;
    for (int i = random.nextInt(1, MOST_PHASES); i > 0; i--) {
      add(
          new Fault.Link(
              from,
              to,
              switch (random.nextInt(5)) {
                case 0 -> Weather.FAIR;
                case 1 -> slow(0);
                case 2 -> losing(1);
                default -> losing(random.nextInt(70, 100) / 100.0);
              }),
          at);
      at += 1_000_000L << random.nextInt(4, 12); // up to four detections
    }
    add(new Fault.Link(from, to, Weather.FAIR), at);
    return at;
  }

  // One kind

  /**
   * Messages of one kind are treated worse than others, the rarer ones more often; perhaps while a
   * node is away and comes back, and clients at two nodes write and remove what the other has
   * written.
   */
  void oneKind(long start) {
    int one = random.nextInt(setup.nodes());
    int other = otherThan(one);
    int[] clients = {
      clientAt(one, start), clientAt(other, start), clientAt(otherThan(other), start)
    };
    for (long at = start; at < start + KINDS_NANOS; at += random.nextLong(KINDS_NANOS / 40)) {
      act(askOfSomeKey(), clients[random.nextInt(clients.length)], at);
    }
    for (int i = random.nextInt(1, MOST_KINDS + 1); i > 0; i--) {
      boolean isCommon = random.nextBoolean();
      double rank = isCommon ? 1 - COMMON_KINDS * random.nextDouble() : random.nextDouble();
      boolean isOneWay = random.nextInt(3) > 0;
      Optional<NodeId> from = isOneWay ? Optional.of(NodeId.of(one)) : anyOf(one, other);
      Optional<NodeId> to = isOneWay ? Optional.of(NodeId.of(other)) : anyOf(one, other);
      Duration time = Duration.ofMillis(1L << random.nextInt(8, 14));
      add(new Fault.OfKind(rank, from, to, ofKind(), time), start + random.nextLong(KINDS_NANOS));
    }
    while (random.nextBoolean()) {
      gust(random.nextInt(GUSTS + 1), start + random.nextLong(KINDS_NANOS));
    }
    if (random.nextBoolean()) {
      oneIsLost(start + random.nextLong(KINDS_NANOS));
    }
  }

  private Ask askOfSomeKey() {
    String key = "r" + random.nextInt(1, SOME_KEYS + 1);
    return switch (random.nextInt(6)) {
      case 0 -> Ask.of(Kind.REMOVE, key, "");
      case 1 -> Ask.of(Kind.APPEND, GROWS, newValue());
      case 2 -> Ask.of(Kind.GET, random.nextBoolean() ? key : GROWS, "");
      case 3 -> Ask.of(Kind.PUT, key, newValue());
      default -> ask();
    };
  }

  /** And another is cut off, before that is noticed; later both are back. */
  private void oneIsLost(long at) {
    int lost = random.nextInt(setup.nodes());
    add(new Fault.Crash(NodeId.of(lost)), at);
    add(new Fault.Isolate(NodeId.of(otherThan(lost))), at + random.nextLong(DETECTION_NANOS));
    long back = at + DETECTION_NANOS + random.nextLong(4 * DETECTION_NANOS);
    add(new Fault.Rejoin(), back);
    add(new Fault.Restart(NodeId.of(lost)), back + random.nextLong(DETECTION_NANOS));
  }

  private Optional<NodeId> anyOf(int one, int other) {
    return switch (random.nextInt(4)) {
      case 0 -> Optional.of(NodeId.of(one));
      case 1 -> Optional.of(NodeId.of(other));
      case 2 -> Optional.of(NodeId.COORDINATOR);
      default -> Optional.empty();
    };
  }

  private Weather ofKind() {
    Duration least = Duration.ofMillis(1L << random.nextInt(3, 13));
    return switch (random.nextInt(5)) {
      case 0 -> losing(1);
      case 1 -> losing(random.nextInt(50, 100) / 100.0);
      case 2 -> new Weather(Duration.ZERO, least, 0, 0.5, 0);
      default -> new Weather(least, least.multipliedBy(2), 0, 0, 0);
    };
  }
}
