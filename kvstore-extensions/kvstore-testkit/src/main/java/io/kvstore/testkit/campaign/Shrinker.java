package io.kvstore.testkit.campaign;

import io.kvstore.testkit.campaign.Judgement.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a scenario that fails smaller, as long as it fails in the same way: delta debugging (Zeller
 * and Hildebrandt, TSE 28(2), 2002) over its steps, then over what chance decides.
 */
final class Shrinker {
  /** A scenario and how it fails. */
  record Found(Scenario scenario, Failure failure) {}

  private static final int MOST_STEPS_FOR_PAIRS = 40;
  private static final int MOST_STEPS_FOR_TRIPLES = 20;
  private static final int SEEDS_TRIED = 8; // fewer steps draw other delays: look nearby, too

  private final Function<Scenario, Optional<Failure>> fails;
  private final long deadline;
  private Found smallest;

  private Shrinker(Function<Scenario, Optional<Failure>> fails, Found found, long deadlineNanos) {
    this.fails = fails;
    smallest = found;
    deadline = deadlineNanos;
  }

  /**
   * The smallest scenario that was found within the time.
   *
   * @param fails plays a scenario, and tells how it fails
   */
  static Found shrink(Function<Scenario, Optional<Failure>> fails, Found found, Duration time) {
    Shrinker shrinker = new Shrinker(fails, found, System.nanoTime() + time.toNanos());
    shrinker.shrink();
    return shrinker.smallest;
  }

  private void shrink() {
    letTurnsTakeNoTime();
    Scenario scenario = smallest.scenario();
    failsLike(scenario.withSetup(scenario.setup().withoutLookingAround()));
    int before;
    do {
      before = steps().size();
      cutOffTheEnd();
      leaveOutChunks();
      leaveOutPairs();
      leaveOutTriples();
    } while (steps().size() < before && hasTime());
  }

  /** A run is shorter by far when its turns take no time, and what is left is simpler. */
  private void letTurnsTakeNoTime() {
    Scenario scenario = smallest.scenario();
    if (scenario.setup().turnsTakeTime()) {
      failsUnderSomeSeed(scenario.withSetup(scenario.setup().withInstantTurns()));
    }
  }

  private List<Step> steps() {
    return smallest.scenario().steps();
  }

  private boolean hasTime() {
    return System.nanoTime() < deadline;
  }

  /** Halves the scenario from behind while that fails: what comes after the failure is idle. */
  private void cutOffTheEnd() {
    int least = 0; // the shortest beginning that is not known to pass
    int most = steps().size();
    while (least < most && hasTime()) {
      int middle = (least + most) / 2;
      if (failsWith(steps().subList(0, middle))) {
        most = middle;
      } else {
        least = middle + 1;
      }
    }
  }

  private void leaveOutChunks() {
    for (int size = Math.max(1, steps().size() / 2); size >= 1 && hasTime(); size /= 2) {
      for (int from = steps().size() - size; from > -size && hasTime(); from -= size) {
        int start = Math.max(0, from);
        List<Step> fewer = new ArrayList<>(steps().subList(0, start));
        fewer.addAll(steps().subList(Math.min(steps().size(), from + size), steps().size()));
        if (fewer.size() < steps().size()) {
          failsWith(fewer);
        }
      }
    }
  }

  /** Some steps only go together: a session fewer, and the next ones are at other replicas. */
  private void leaveOutPairs() {
    for (int i = 0; i < steps().size() && steps().size() <= MOST_STEPS_FOR_PAIRS; i++) {
      for (int j = i + 1; j < steps().size() && hasTime(); j++) {
        failsWithout(i, j, j);
      }
    }
  }

  private void leaveOutTriples() {
    for (int i = 0; i < steps().size() && steps().size() <= MOST_STEPS_FOR_TRIPLES; i++) {
      for (int j = i + 1; j < steps().size(); j++) {
        for (int k = j + 1; k < steps().size() && hasTime(); k++) {
          failsWithout(i, j, k);
        }
      }
    }
  }

  private void failsWithout(int one, int second, int third) {
    List<Step> fewer = new ArrayList<>();
    for (int i = 0; i < steps().size(); i++) {
      if (i != one && i != second && i != third) {
        fewer.add(steps().get(i));
      }
    }
    failsWith(fewer);
  }

  /** Whether it fails with these steps, under the same chance or some other. */
  private boolean failsWith(List<Step> fewer) {
    return failsUnderSomeSeed(smallest.scenario().with(fewer));
  }

  private boolean failsUnderSomeSeed(Scenario candidate) {
    for (int i = 0; i < SEEDS_TRIED && hasTime(); i++) {
      if (failsLike(i == 0 ? candidate : candidate.withSeed(candidate.seed() + i))) {
        return true;
      }
    }
    return false;
  }

  private boolean failsLike(Scenario tried) {
    Optional<Failure> failure = fails.apply(tried);
    boolean isAlike =
        failure.isPresent() && failure.get().promise().equals(smallest.failure().promise());
    if (isAlike) {
      smallest = new Found(tried, failure.get());
    }
    return isAlike;
  }
}
