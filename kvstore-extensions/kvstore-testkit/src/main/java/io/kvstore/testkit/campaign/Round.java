package io.kvstore.testkit.campaign;

import java.util.Optional;
import java.util.function.Consumer;

/** What the threads of one run of a campaign share: each takes seed after seed. */
final class Round implements Runnable {
  private static final long ONE_IS_REPEATED_OF = 64;

  private final Campaign campaign;
  private final Plan plan;
  private final Consumer<Tally> progress;
  private final Workers workers;
  private final Steering steering;
  private long next;
  private long lowestFailed = Long.MAX_VALUE;
  private Campaign ofLowestFailed;
  private Tally tally = Tally.NOTHING;
  private Optional<Throwable> thrown = Optional.empty();

  Round(Campaign campaign, Consumer<Tally> progress, Workers workers) {
    this.campaign = campaign;
    this.progress = progress;
    this.workers = workers;
    plan = campaign.plan();
    next = plan.firstSeed;
    steering = new Steering(plan.cell);
    ofLowestFailed = campaign;
  }

  @Override
  public void run() {
    for (long seed = take(); seed < plan.firstSeed + plan.seeds && seed < lowest(); seed = take()) {
      workers.begins(seed);
      Campaign its = steered(seed);
      try {
        play(seed, its);
      } catch (RuntimeException | Error failed) {
        fail(new IllegalStateException(named(seed, its) + " has failed", failed));
      }
    }
  }

  private Campaign steered(long seed) {
    return plan.isSteered
        ? steering.featuresFor(seed).map(campaign::having).orElse(campaign)
        : campaign;
  }

  private void play(long seed, Campaign its) {
    Scenario scenario = its.scenario(seed);
    Played played = its.play(scenario, simulation -> simulation);
    done(seed, its, played, its.judge(played));
    if (plan.isSteered) {
      steering.reached(its.plan().features(seed), played.reached());
    }
    if (seed % ONE_IS_REPEATED_OF == 0) {
      Repetition.difference(its, scenario, played)
          .ifPresent(difference -> isNotRepeatable(named(seed, its), difference));
    }
  }

  private synchronized long take() {
    return next++;
  }

  private synchronized long lowest() {
    return thrown.isPresent() ? Long.MIN_VALUE : lowestFailed;
  }

  private synchronized void done(long seed, Campaign its, Played played, Judgement judgement) {
    tally = tally.plus(Tally.of(played, judgement));
    if (judgement.failure().isPresent() && seed < lowestFailed) {
      lowestFailed = seed;
      ofLowestFailed = its;
    }
    progress.accept(tally);
  }

  private String named(long seed, Campaign its) {
    String name = plan.cell + " with the seed " + seed;
    return its == campaign
        ? name
        : name + " and the features " + Feature.text(its.plan().features(seed));
  }

  private void isNotRepeatable(String name, String difference) {
    fail(
        new IllegalStateException(
            name
                + " does not do the same twice, so something beside the seed decides: "
                + difference));
  }

  private synchronized void fail(IllegalStateException failure) {
    thrown = thrown.or(() -> Optional.of(failure));
  }

  synchronized Campaign.Result result() {
    if (thrown.isPresent()) {
      throw new IllegalStateException(thrown.get().getMessage(), thrown.get().getCause());
    }
    return lowestFailed == Long.MAX_VALUE
        ? new Campaign.Result(tally, Optional.empty())
        : new Campaign.Result(tally, Optional.of(ofLowestFailed.report(lowestFailed)));
  }
}
