package io.kvstore.testkit.campaign;

import io.kvstore.KVStore;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.Optional;

/**
 * Opens a store anew on the disks of one that has ended, all at once and without a warning. It must
 * show what that has held, and go on from there.
 */
final class Reopened {
  private static final Duration SERVES_WITHIN = Duration.ofSeconds(60);

  private Reopened() {}

  /**
   * What is not shown as it was held, in a sentence.
   *
   * @param held by the replicas of the store that has ended, on these disks
   * @param elapsed until then; no clock is behind that
   */
  static Optional<String> wrong(
      Scenario scenario, DataletFactory disks, Contents held, Duration elapsed) {
    Simulation simulation = Simulation.withSeed(scenario.seed()).datalet(disks);
    simulation.runFor(elapsed);
    try (KVStore<String, String> store = StoreSettings.of(scenario).engine(simulation).open()) {
      simulation.runFor(SERVES_WITHIN);
      return LastLook.wrong(store, held, scenario, simulation.elapsed())
          .or(() -> FreshLook.wrong(store, scenario, simulation))
          .map(wrong -> "opened anew on its disks: " + wrong);
    }
  }
}
