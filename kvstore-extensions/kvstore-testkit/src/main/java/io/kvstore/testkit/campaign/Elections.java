package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Moment;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import io.kvstore.testkit.campaign.Scenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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

  private Elections(RandomGenerator random, int replicas, int before) {
    this.random = random;
    this.before = before;
    nodes = IntStream.range(0, replicas).mapToObj(NodeId::of).toList();
  }

  /**
   * The steps.
   *
   * @param before how many steps there are already
   * @param client the number of the first of as many clients as there are replicas
   */
  static List<Step> drawn(
      RandomGenerator random, int replicas, int before, int client, long start) {
    Elections drawn = new Elections(random, replicas, before);
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
    for (long at = start; at < start + LASTING_NANOS; at += random.nextLong(1, 2 * every)) {
      Ask ask =
          random.nextBoolean()
              ? Ask.of(Kind.PUT, "r1", "e" + next() + ";")
              : Ask.of(Kind.GET, "r1", "");
      steps.add(new Step.Acts(next(), at, client, ask));
    }
  }

  private void strike(long at) {
    boolean isAfterElection = random.nextInt(3) > 0;
    steps.add(
        isAfterElection
            ? new Step.LiesInWait(next(), at, Moment.LEADER_ELECTED, cut())
            : new Step.Strikes(next(), at, random.nextBoolean() ? cut() : new Fault.Rejoin()));
    if (random.nextBoolean()) {
      steps.add(new Step.Strikes(next(), at + pause() / 2, new Fault.Rejoin()));
    }
  }

  private Fault cut() {
    List<NodeId> shuffled = new ArrayList<>(nodes);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return switch (random.nextInt(5)) {
      case 0 -> new Fault.Cut(shuffled.get(0), shuffled.get(1));
      case 1 -> new Fault.CutOneWay(shuffled.get(0), shuffled.get(1));
      default -> new Fault.Isolate(shuffled.get(0));
    };
  }
}
