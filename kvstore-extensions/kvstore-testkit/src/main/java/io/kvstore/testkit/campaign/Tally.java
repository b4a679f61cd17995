package io.kvstore.testkit.campaign;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Outcome;
import java.time.Duration;

/**
 * What a campaign has done so far.
 *
 * @param runs how many scenarios were played and judged
 * @param operations of clients
 * @param unknown how many of these had an unknown outcome
 * @param faults how many times something was done to nodes or links
 * @param events that the simulations handled
 * @param virtual how much virtual time has passed
 * @param undecided checks that did not come to a verdict
 * @param reached what few scenarios reach
 */
public record Tally(
    long runs,
    long operations,
    long unknown,
    long faults,
    long events,
    Duration virtual,
    long undecided,
    Reached reached) {
  static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, Duration.ZERO, 0, Reached.NOTHING);

  static Tally of(Played played, Judgement judgement) {
    History history = played.history();
    long operations = 0;
    long unknown = 0;
    for (int i = 0; i < history.size(); i++) {
      operations += history.group(i) == i && history.process(i) >= 0 ? 1 : 0;
      unknown += history.outcome(i) == Outcome.UNKNOWN && history.process(i) >= 0 ? 1 : 0;
    }
    return new Tally(
        1,
        operations,
        unknown,
        played.disturbances().size(),
        played.events(),
        played.elapsed(),
        judgement.undecided(),
        Reached.inOneScenario(played.reached()));
  }

  Tally plus(Tally other) {
    return new Tally(
        runs + other.runs,
        operations + other.operations,
        unknown + other.unknown,
        faults + other.faults,
        events + other.events,
        virtual.plus(other.virtual),
        undecided + other.undecided,
        reached.plus(other.reached));
  }
}
