package io.kvstore.labs.grading;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Counterexample;
import io.kvstore.testkit.campaign.Fault;
import io.kvstore.testkit.campaign.Weather;
import io.kvstore.testkit.check.Verdict.Broken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Steps that a campaign grades: the same scenarios, with more of their faults in each step. */
final class CampaignSteps {
  private CampaignSteps() {}

  /**
   * Without faults, then with late and repeated messages, then with lost ones, then with these.
   *
   * @param late played where messages are late, by up to this time: among normal links a message
   *     hardly overtakes what led to it
   */
  static List<Step> of(
      Campaign campaign,
      Campaign late,
      Duration by,
      String lastName,
      Function<Fault, Optional<Fault>> lastFaults) {
    return List.of(
        step("without faults", 100, campaign.faults(fault -> Optional.empty())),
        step(
            "messages that are late, come twice or overtake others",
            300,
            late.faults(CampaignSteps::onlyLateAndRepeated)
                .simulation(simulation -> simulation.links(upTo(by)))),
        step("messages that are lost", 200, campaign.faults(CampaignSteps::onlyLinks)),
        step(lastName, 400, campaign.faults(lastFaults)));
  }

  private static Faults upTo(Duration late) {
    return Faults.NONE.withDelay(Delay.uniform(Duration.ofNanos(50_000), late));
  }

  private static Step step(String name, long seeds, Campaign campaign) {
    return new Step(name, seeds, new Played(campaign));
  }

  private record Played(Campaign campaign) implements Step.Check {
    @Override
    public Optional<Failure> find(ControletFactory protocol, long firstSeed, long seeds) {
      return campaign.protocol(protocol).seeds(firstSeed, seeds).find().map(CampaignSteps::failure);
    }

    @Override
    public boolean isPassed(ControletFactory protocol, long seed) {
      return campaign.protocol(protocol).trial(seed).verdicts().values().stream()
          .noneMatch(Broken.class::isInstance);
    }
  }

  private static Failure failure(Counterexample found) {
    return new Failure(
        found.seed(),
        "The promise \""
            + found.promise()
            + "\" is not kept: "
            + found.verdict()
            + exceptions(found)
            + "\n\nThe smallest run that was found:\n\n"
            + found.scenario().indent(2),
        found.drawing());
  }

  /** What a handler has thrown, by which its node stopped. */
  private static String exceptions(Counterexample found) {
    return found.events().stream()
        .filter(TraceEvent.Stopped.class::isInstance)
        .map(TraceEvent.Stopped.class::cast)
        .filter(stopped -> stopped.why().contains("Exception") || stopped.why().contains("Error"))
        .findFirst()
        .map(stopped -> "\n\n" + stopped.node() + " stopped: " + stopped.why())
        .orElse("");
  }

  private static Optional<Fault> onlyLateAndRepeated(Fault fault) {
    return fault instanceof Fault.Links links
        ? Optional.of(new Fault.Links(withoutLoss(links.weather())))
        : fault instanceof Fault.Link link
            ? Optional.of(new Fault.Link(link.from(), link.to(), withoutLoss(link.weather())))
            : Optional.empty();
  }

  private static Weather withoutLoss(Weather weather) {
    return new Weather(
        weather.least(), weather.most(), 0, weather.duplication(), weather.reordering());
  }

  private static Optional<Fault> onlyLinks(Fault fault) {
    return Optional.of(fault)
        .filter(each -> each instanceof Fault.Links || each instanceof Fault.Link);
  }
}
