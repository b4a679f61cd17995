package io.kvstore.testkit.campaign;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws into a scenario that turns take time, and that nodes and the coordinator are held in the
 * middle of some: from a seed of its own, so that everything else is drawn as without that.
 */
final class LongTurns {
  /** Turns take time in one of so many scenarios. */
  private static final int SCENARIOS_FOR_ONE = 3;

  /** No hold is longer. */
  static final Duration LONGEST_HOLD = Duration.ofMillis(1 << 11);

  private static final int MOST_HOLDS = 24;
  private static final int DETECTION_MILLIS = (int) Failover.DEFAULT.detection().toMillis();
  private static final long SOON_NANOS = 100_000_000;
  private static final int SCENARIOS_FOR_A_CUT = 4;
  private static final long READ_EVERY_NANOS = 2_000_000;

  private LongTurns() {}

  /** Whether turns take time in the scenario of a seed when nothing is said about that. */
  static boolean areDrawn(long seed) {
    return random(seed).nextInt(SCENARIOS_FOR_ONE) == 0;
  }

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed ^ 0x7475726e73L); // another sequence than the scenario's
  }

  /** The same scenario, in which turns take time. */
  static Scenario into(Scenario still) {
    RandomGenerator random = random(~still.seed());
    List<Step> steps = new ArrayList<>(still.steps());
    long end = steps.isEmpty() ? 1 : steps.get(steps.size() - 1).at() + 1;
    List<Step> faults = steps.stream().filter(Step.Strikes.class::isInstance).toList();
    for (int i = random.nextInt(MOST_HOLDS + 1); i > 0; i--) {
      Fault.Hold hold = hold(random, still);
      long at = random.nextLong(end);
      if (!faults.isEmpty() && random.nextBoolean()) { // it ends when something else goes wrong
        long before = hold.time().toNanos() + random.nextLong(SOON_NANOS);
        at = Math.max(0, faults.get(random.nextInt(faults.size())).at() - before);
      }
      steps.add(new Step.Strikes(steps.size(), at, hold));
    }
    boolean cutsOff =
        still.setup().failsOver()
            && random.nextInt(SCENARIOS_FOR_A_CUT) == 0
            && still.setup().nodes() > 1;
    if (cutsOff) {
      cutOff(random, random.nextLong(end), still.setup().clients(), steps);
    }
    steps.sort(Comparator.comparingLong(Step::at));
    return still.with(steps).withSetup(still.setup().withTurnsThatTakeTime(cutsOff ? 2 : 0));
  }

  /**
   * The first primary is cut off right after the coordinator was held: longer than the detection is
   * than a lease, and shorter than what a coordinator notices. One client reads there, and another
   * writes elsewhere.
   */
  private static void cutOff(RandomGenerator random, long start, int reader, List<Step> steps) {
    int writer = reader + 1;
    int millis = random.nextInt(DETECTION_MILLIS * 11 / 20, DETECTION_MILLIS * 13 / 20);
    Duration time = Duration.ofMillis(millis);
    long cut = start + time.toNanos() + random.nextLong(SOON_NANOS);
    steps.add(new Step.Strikes(steps.size(), start, new Fault.Hold(NodeId.COORDINATOR, time)));
    steps.add(new Step.Strikes(steps.size(), cut, new Fault.Isolate(NodeId.of(0))));
    steps.add(new Step.Acts(steps.size(), start, reader, new Action.BeginAt(0)));
    steps.add(new Step.Acts(steps.size(), start, writer, new Action.BeginAt(1)));
    steps.add(new Step.Acts(steps.size(), cut, writer, Ask.of(Kind.PUT, "r1", "h1;")));
    long end = start + 3 * Failover.DEFAULT.detection().toNanos() / 2;
    for (long at = cut + SOON_NANOS; at < end; at += READ_EVERY_NANOS) {
      steps.add(new Step.Acts(steps.size(), at, reader, Ask.of(Kind.GET, "r1", "")));
    }
  }

  /** Often for about as long as it takes to detect a failure: then others may act on that. */
  private static Fault.Hold hold(RandomGenerator random, Scenario still) {
    NodeId node =
        random.nextInt(3) == 0
            ? NodeId.COORDINATOR
            : NodeId.of(random.nextInt(still.setup().nodes()));
    int millis =
        switch (random.nextInt(3)) {
          case 0 -> random.nextInt(DETECTION_MILLIS / 2, DETECTION_MILLIS * 3 / 4);
          case 1 -> random.nextInt(1, DETECTION_MILLIS * 2);
          default -> 1 << random.nextInt(12);
        };
    return new Fault.Hold(node, Duration.ofMillis(millis));
  }
}
