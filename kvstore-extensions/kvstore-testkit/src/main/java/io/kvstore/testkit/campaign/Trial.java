package io.kvstore.testkit.campaign;

import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.history.History;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One seed of a campaign, played: see {@link Campaign#trial}.
 *
 * @param seed that the scenario was drawn from
 * @param scenario what the store was, and what its clients and its nemesis did, line by line
 * @param history what the clients saw
 * @param verdicts what the checkers say, by the promise
 * @param events everything that happened in the store
 * @param drawing a picture of it
 */
public record Trial(
    long seed,
    String scenario,
    History history,
    Map<String, Verdict> verdicts,
    List<TraceEvent> events,
    Drawing drawing) {
  private static final int MOST_DRAWN = 10_000;

  /** Takes copies; the order of the verdicts stays. */
  public Trial {
    verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    events = List.copyOf(events);
  }

  static Trial of(Campaign campaign, long seed) {
    Scenario scenario = campaign.scenario(seed);
    List<TraceEvent> events = new ArrayList<>();
    Played played = campaign.play(scenario, simulation -> simulation.trace(events::add));
    Map<String, Verdict> verdicts = campaign.judge(played).verdicts();
    Drawing drawing =
        Drawing.of(played.history())
            .asked(played.recorder().asked())
            .title(scenario.setup().cell() + " under the seed " + seed)
            .levels(verdicts)
            .events(
                events.subList(0, Math.min(MOST_DRAWN, events.size())), Simulation.BEGINNING_NANOS)
            .disturbances(played.disturbances());
    return new Trial(seed, scenario.toString(), played.history(), verdicts, events, drawing);
  }

  /** What tells this run from another: two that have the same have done the same. */
  public String digest() {
    return TraceDigest.of(events).toString();
  }
}
