package io.kvstore.testkit.campaign;

import io.kvstore.core.Simulation;
import io.kvstore.core.spi.DataletFactory;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

/**
 * What scenarios are played with, beside what each of them says.
 *
 * @param priorities the depth of the priorities of messages; 0 for none
 * @param durable what is in the place of simulated disks, by the seed
 * @param more what else the simulation gets: a protocol, a listener
 */
record Circumstances(
    int priorities,
    Optional<LongFunction<DataletFactory>> durable,
    UnaryOperator<Simulation> more) {
  /** Nothing special. */
  static final Circumstances PLAIN =
      new Circumstances(0, Optional.empty(), UnaryOperator.identity());

  /** What keeps what is durable in a scenario. */
  DataletFactory durable(Scenario scenario, DataletFactory disks) {
    return durable.map(its -> its.apply(scenario.seed())).orElse(disks);
  }
}
