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
 * Draws that leaders are elected one after the other: nodes are cut off as soon as one is elected,
 * and come back, while every node is asked to read and to write one key.
 */
final class Elections {
  private static final long LASTING_NANOS = Duration.ofSeconds(4).toNanos();
  private static final long BETWEEN_FAULTS_NANOS = Duration.ofMillis(400).toNanos();

  private final RandomGenerator random;
  private final List<NodeId> nodes;
  private final List<Step> steps = new ArrayList<>();
  private final int before;

  private Elections(RandomGenerator random, int number, int before) {
    this.random = random;
    this.before = before;
    nodes = IntStream.range(0, number).mapToObj(NodeId::of).toList();
  }

  /**
   * The steps.
   *
   * @param before how many steps there are already
   * @param client the number of the first of as many clients as there are nodes
   */
  static List<Step> drawn(RandomGenerator random, int nodes, int before, int client, long start) {
    Elections drawn = new Elections(random, nodes, before);
    for (NodeId node : drawn.nodes) {
      drawn.askAt(node, client + node.number(), start);
    }
    for (long at = start; at < start + LASTING_NANOS; at += drawn.pause()) {
      drawn.strike(at);
    }
    return drawn.steps;
  }

  private long pause() {
    return random.nextLong(1, 2 * BETWEEN_FAULTS_NANOS);
  }

  private int next() {
    return before + steps.size();
  }

  private void askAt(NodeId node, int client, long start) {
    steps.add(new Step.Acts(next(), start, client, new Action.BeginAt(node.number())));
    long every = 1_000_000L << random.nextInt(5, 8); // 32 to 128 ms
    boolean isReader = random.nextInt(3) == 0; // or else it may wait for a write of its own
    for (long at = start; at < start + LASTING_NANOS; at += random.nextLong(1, 2 * every)) {
      boolean isWrite = !isReader && random.nextBoolean();
      Ask ask = isWrite ? Ask.of(Kind.PUT, "r1", "e" + next() + ";") : Ask.of(Kind.GET, "r1", "");
      steps.add(new Step.Acts(next(), at, client, ask));
    }
  }

  /** One node after the other is cut off, or two are from each other. */
  private void strike(long at) {
    NodeId node = nodes.get(random.nextInt(nodes.size()));
    NodeId other = nodes.get((node.number() + 1) % nodes.size());
    boolean isAfterElection = random.nextBoolean();
    Fault cut =
        random.nextInt(4) > 0
            ? new Fault.Isolate(node)
            : random.nextBoolean() ? new Fault.Cut(node, other) : new Fault.CutOneWay(node, other);
    for (Fault fault : List.of(new Fault.Rejoin(), cut)) {
      steps.add(
          isAfterElection
              ? new Step.LiesInWait(next(), at, Moment.LEADER_ELECTED, fault)
              : new Step.Strikes(next(), at, fault));
    }
  }
}
