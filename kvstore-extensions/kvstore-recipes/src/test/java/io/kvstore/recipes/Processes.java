package io.kvstore.recipes;

import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The processes of a simulation, which use its store: what they do is done on the one thread. */
final class Processes {
  private final Simulation simulation;
  private final List<VirtualClockwork> all = new ArrayList<>();

  Processes(Simulation simulation) {
    this.simulation = simulation;
  }

  VirtualClockwork start(double speed) {
    VirtualClockwork started = new VirtualClockwork(simulation, speed);
    all.add(started);
    return started;
  }

  Duration elapsed() {
    return simulation.elapsed();
  }

  void runFor(Duration time) {
    runUntil(() -> false, time);
  }

  /** Lets things happen until the condition holds, for this time at the most. */
  boolean runUntil(BooleanSupplier condition, Duration atMost) {
    Duration deadline = elapsed().plus(atMost);
    while (!condition.getAsBoolean()) {
      if (runOne()) {
        continue;
      }
      long left = deadline.minus(elapsed()).toNanos();
      if (left <= 0) {
        return false;
      }
      simulation.runUntil(
          () -> nanosToNext() == 0, Duration.ofNanos(Math.min(left, nanosToNext())));
    }
    return true;
  }

  private boolean runOne() {
    for (VirtualClockwork process : List.copyOf(all)) {
      if (process.runOne()) {
        return true;
      }
    }
    return false;
  }

  private long nanosToNext() {
    all.removeIf(VirtualClockwork::isGone);
    return all.stream().mapToLong(VirtualClockwork::nanosToNext).min().orElse(Long.MAX_VALUE);
  }
}
