package io.kvstore.testkit.campaign;

import io.kvstore.testkit.campaign.Shrinker.Found;
import java.util.stream.Collectors;

/** A scenario that breaks a promise, for people. */
record Report(long seed, Scenario drawn, Found smallest) {
  /** The options of the command that plays the smallest scenario again. */
  String replay() {
    Scenario scenario = smallest.scenario();
    String chance = scenario.seed() == seed ? "" : " --chance " + scenario.seed();
    return "--cell "
        + scenario.setup().cell()
        + " --seed "
        + seed
        + chance
        + " --keep "
        + scenario.numbers().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    Scenario scenario = smallest.scenario();
    return drawn.setup().cell()
        + " is broken under the seed "
        + seed
        + ": not "
        + smallest.failure().promise()
        + "\n\n"
        + smallest.failure().verdict()
        + "\n\nThe smallest scenario that was found has "
        + scenario.operations()
        + " operations and "
        + scenario.troubles()
        + " faults, of "
        + drawn.operations()
        + " and "
        + drawn.troubles()
        + ":\n\n"
        + scenario.toString().indent(2)
        + "\nTo play it again:\n\n  java -cp … "
        + Campaigns.class.getName()
        + " "
        + replay()
        + "\n";
  }
}
