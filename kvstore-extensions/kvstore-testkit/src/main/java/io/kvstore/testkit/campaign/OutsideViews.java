package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws into a scenario that views are set from outside: each is told node by node, in any order,
 * to the nodes that it names and to those that it leaves out, some of which are never told.
 *
 * <p>Each view names a member of the one before, so that all of them are one history: of a strong
 * store, clients must not notice more than calls that are refused or whose outcome is unknown.
 */
final class OutsideViews {
  private static final int MOST_VIEWS = 5;
  private static final long MOST_LATENESS_NANOS = 400_000_000;

  private final RandomGenerator random;
  private final Scenario still;
  private final List<NodeId> nodes;

  OutsideViews(RandomGenerator random, Scenario still) {
    this.random = random;
    this.still = still;
    nodes = IntStream.range(0, still.setup().nodes()).mapToObj(NodeId::of).toList();
  }

  Scenario scenario() {
    List<Step> steps = new ArrayList<>(still.steps());
    long end = steps.get(steps.size() - 1).at() + 1;
    List<NodeId> before = nodes;
    List<Long> times = new ArrayList<>();
    for (int i = random.nextInt(1, MOST_VIEWS + 1); i > 0; i--) {
      times.add(random.nextLong(end));
    }
    Collections.sort(times);
    long free = 0; // the view before is told until then
    for (long time : times) {
      List<NodeId> next = viewAfter(before);
      long at = Math.max(time, free);
      long lateness = random.nextLong(1, MOST_LATENESS_NANOS >> random.nextInt(12));
      List<NodeId> told = shuffled(nodes);
      NodeId first = next.get(random.nextInt(next.size()));
      for (NodeId node : told) {
        if (node.equals(first) || random.nextInt(4) > 0) {
          steps.add(new Step.Strikes(steps.size(), at, new Fault.Tell(node, next)));
          at += random.nextLong(lateness);
        }
      }
      free = at;
      before = next;
    }
    steps.sort(Comparator.comparingLong(Step::at));
    return still.with(steps).withSetup(still.setup().withViewsByHand());
  }

  private List<NodeId> viewAfter(List<NodeId> before) {
    NodeId kept = before.get(random.nextInt(before.size()));
    return shuffled(nodes).stream()
        .filter(node -> node.equals(kept) || random.nextBoolean())
        .toList();
  }

  private List<NodeId> shuffled(List<NodeId> some) {
    List<NodeId> shuffled = new ArrayList<>(some);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return shuffled;
  }
}
