package io.kvstore.testkit.campaign;

import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A scenario played a second time: what it does must follow from its seed alone. Where a protocol
 * asks the time, the default random numbers or the order of a hash table of identities, no seed
 * plays a failure again.
 */
final class Repetition {
  private final Campaign campaign;
  private final Scenario scenario;

  private Repetition(Campaign campaign, Scenario scenario) {
    this.campaign = campaign;
    this.scenario = scenario;
  }

  /** The first thing that a second run does in another way than this one, if there is any. */
  static Optional<String> difference(Campaign campaign, Scenario scenario, Played first) {
    Played second = campaign.play(scenario, UnaryOperator.identity());
    boolean isTheSame =
        first.events() == second.events()
            && operations(first.history()).equals(operations(second.history()));
    return isTheSame
        ? Optional.empty()
        : Optional.of(new Repetition(campaign, scenario).explained(first, second));
  }

  private String explained(Played first, Played second) {
    return firstDifference(events(), events())
        .or(() -> firstDifference(operations(first.history()), operations(second.history())))
        .orElse(first.events() + " events, and then " + second.events());
  }

  /** The events of one more run. */
  private List<String> events() {
    List<TraceEvent> events = new ArrayList<>();
    Played unused = campaign.play(scenario, simulation -> simulation.trace(events::add));
    return events.stream().map(TraceEvent::toString).toList();
  }

  private static List<String> operations(History history) {
    List<String> operations = new ArrayList<>(history.size());
    for (int i = 0; i < history.size(); i++) {
      operations.add(history.operation(i).toString());
    }
    return operations;
  }

  private static Optional<String> firstDifference(List<String> first, List<String> second) {
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      String one = i < first.size() ? first.get(i) : "nothing";
      String other = i < second.size() ? second.get(i) : "nothing";
      if (!one.equals(other)) {
        return Optional.of(one + ", and then " + other);
      }
    }
    return Optional.empty();
  }
}
