package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.campaign.Judgement.Failure;
import io.kvstore.testkit.campaign.Shrinker.Found;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.history.History;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

/**
 * Plays scenario after scenario, each drawn from a seed, and checks all that was promised.
 *
 * <pre>{@code
 * Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).seeds(1_000).check();
 * }</pre>
 *
 * <p>Immutable: each method returns a new campaign. Seeds are played on all cores; the same seed
 * does the same everywhere, and one in 64 is played twice to be sure of that. When a promise is
 * broken, the scenario of the lowest seed that did it is made smaller while it still fails, and
 * {@link #check} throws it with the command that plays it again.
 */
public final class Campaign {
  private static final Path DRAWINGS = Path.of("target", "campaigns");

  private final Plan plan;

  private Campaign(Plan plan) {
    this.plan = plan;
  }

  /** A campaign of a hundred seeds for this cell. */
  public static Campaign of(Cell cell) {
    return new Campaign(new Plan(cell));
  }

  /** A campaign of a hundred seeds for this cell. */
  public static Campaign of(Consistency consistency, Replication replication) {
    return of(new Cell(replication, consistency));
  }

  private Campaign with(Consumer<Plan> change) {
    Plan copy = plan.copy();
    change.accept(copy);
    copy.requireSense();
    return new Campaign(copy);
  }

  /** The same with so many seeds, from 1. */
  public Campaign seeds(long count) {
    return seeds(1, count);
  }

  /** The same with so many seeds, from this one. */
  public Campaign seeds(long first, long count) {
    if (count < 1) {
      throw new IllegalArgumentException("a campaign needs at least one seed, not " + count);
    }
    return with(
        copy -> {
          copy.firstSeed = first;
          copy.seeds = count;
        });
  }

  /** The same with so many operations in each scenario. */
  public Campaign operations(int count) {
    return with(copy -> copy.operations = count);
  }

  /** The same with always so many replicas. */
  public Campaign replicas(int count) {
    return with(copy -> copy.size = copy.size.withReplicas(count));
  }

  /** The same with so many nodes, each of which holds some shards; by itself as many as nodes. */
  public Campaign nodes(int count) {
    return with(copy -> copy.size = copy.size.withNodes(count));
  }

  /** The same with always so many shards. */
  public Campaign shards(int count) {
    return with(copy -> copy.size = copy.size.withShards(count));
  }

  /**
   * The same, but the store moves from this cell to others, and nodes join and leave. All of it is
   * held to the weakest of the promises, and each part to what was promised in that time. With a
   * protocol of one's own, which belongs to one cell, nodes only join and leave.
   */
  public Campaign changing() {
    return with(copy -> copy.isChanging = true);
  }

  /**
   * The same, but groups never go on by themselves: views are set from outside, each told node by
   * node in any order, also to those that it leaves out. For the strong levels, at which nothing
   * that was answered may be missed by the members of the next view.
   *
   * @throws IllegalArgumentException at a weak level, where those that are left out go on
   */
  public Campaign viewsFromOutside() {
    return with(copy -> copy.hasViewsFromOutside = true);
  }

  /** The same on so many threads. */
  public Campaign threads(int count) {
    return with(copy -> copy.threads = count);
  }

  /**
   * The same on simulated disks, which lose and tear what was not synced: all nodes crash at once,
   * too, and nothing that was answered may be lost; and one disk at a time is damaged.
   *
   * @throws IllegalArgumentException for a cell that is kept in memory only
   */
  public Campaign durable() {
    return with(copy -> copy.isDurable = true);
  }

  /**
   * The same on durable datalets of one's own in the place of simulated disks. They may keep more
   * than what was synced, and are not damaged.
   *
   * @param datalets opens those of a run, which hold nothing at first, by the seed of its scenario;
   *     a scenario may be played more than once
   */
  public Campaign durable(LongFunction<DataletFactory> datalets) {
    return durable().with(copy -> copy.durable = Optional.of(datalets));
  }

  /**
   * The same, but in all scenarios turns take time, or in none of them, instead of in a third. See
   * {@link Simulation#turnsTakeTime}; on simulated disks they never do.
   */
  public Campaign turnsTakeTime(boolean always) {
    return with(copy -> copy.turnsTakeTime = Optional.of(always));
  }

  /**
   * The same, but all scenarios have these features beside the plain ones, instead of those that
   * are drawn for half of the seeds.
   *
   * @param names with commas between them, such as {@code shards,watches}; or {@code all}, or
   *     {@code none}; or {@code drawn}, as when nothing is said
   */
  public Campaign features(String names) {
    return with(copy -> copy.features = Feature.parseAny(names));
  }

  /**
   * The same, but once a hundred seeds are played, every second one gets features that have led to
   * what few scenarios reach, instead of those that are drawn. What fails is told with them.
   *
   * @throws IllegalArgumentException when features are named
   */
  public Campaign steered() {
    return with(copy -> copy.isSteered = true);
  }

  /**
   * The same, but messages arrive by {@link Priorities} that are drawn from the seed, and change
   * {@code depth - 1} times in a run, until everything works again; 0 for none.
   */
  public Campaign priorities(int depth) {
    return with(copy -> copy.priorities = depth);
  }

  /** The same with just these features. */
  Campaign having(Set<Feature> features) {
    return with(
        copy -> {
          copy.isSteered = false;
          copy.features = Optional.of(features);
        });
  }

  /** The same with simulations that are changed like this. */
  public Campaign simulation(UnaryOperator<Simulation> change) {
    return with(
        copy -> {
          copy.more = plus(change);
          copy.hasOwnSimulation = true;
        });
  }

  /**
   * The same, but each fault that was drawn becomes what this says, or does not happen: for a
   * protocol that is not to bear all of them yet.
   *
   * <pre>{@code
   * campaign.faults(fault -> fault instanceof Fault.Crash ? Optional.empty() : Optional.of(fault))
   * }</pre>
   */
  public Campaign faults(Function<Fault, Optional<Fault>> change) {
    return with(copy -> copy.faults = Optional.of(change));
  }

  /** The same with this protocol, which is to keep the promise of the cell. */
  public Campaign protocol(ControletFactory factory) {
    return with(
        copy -> {
          copy.more = plus(simulation -> simulation.protocol(factory));
          copy.hasOwnProtocol = true;
          copy.protocolClass = Optional.empty();
          copy.judge = copy.against.isPresent() ? copy.judge : Judge::judgeOwnProtocol;
        });
  }

  /** The same with the protocol of this class, as the command loads it. */
  Campaign protocol(String className) {
    return protocol(NamedProtocol.of(className))
        .with(copy -> copy.protocolClass = Optional.of(className));
  }

  private UnaryOperator<Simulation> plus(UnaryOperator<Simulation> change) {
    return simulation -> change.apply(plan.more.apply(simulation));
  }

  /**
   * The same, but looks whether what clients saw is what another level promises: a stronger one is
   * not kept, and {@link #find} shows where.
   */
  public Campaign against(Consistency level) {
    return with(
        copy -> {
          copy.against = Optional.of(level);
          copy.judge = played -> Judge.judgeAs(level, played);
        });
  }

  /** The same, but what fails is made smaller for so long at the most. */
  Campaign shrinkingWithin(Duration time) {
    return with(copy -> copy.shrinkWithin = time);
  }

  /** The same, judged in another way. */
  Campaign judgedBy(Function<Played, Judgement> another) {
    return with(copy -> copy.judge = another);
  }

  Plan plan() {
    return plan;
  }

  Cell cell() {
    return plan.cell;
  }

  Scenario scenario(long seed) {
    return plan.scenario(seed);
  }

  Played play(Scenario scenario, UnaryOperator<Simulation> also) {
    return Player.play(
        scenario,
        new Circumstances(
            plan.priorities, plan.durable, simulation -> also.apply(plan.more.apply(simulation))));
  }

  Judgement judge(Played played) {
    return plan.judge.apply(played);
  }

  private Optional<Failure> failureOf(Scenario scenario) {
    return judge(play(scenario, UnaryOperator.identity())).failure();
  }

  /**
   * Plays all seeds, or those up to the first that fails.
   *
   * @throws AssertionError when a promise was broken, with the smallest scenario that breaks it; a
   *     drawing of it is kept in {@code target/campaigns}
   */
  public Tally check() {
    Result result = run(tally -> {});
    result.failure().ifPresent(Campaign::fail);
    return result.tally();
  }

  private static void fail(Counterexample failure) {
    String drawn;
    try {
      drawn = "Drawn in " + failure.draw(DRAWINGS);
    } catch (UncheckedIOException unwritten) { // it is the failure that must be told
      drawn = String.valueOf(unwritten.getMessage());
    }
    throw new AssertionError(failure + "\n" + drawn);
  }

  /**
   * Plays one scenario again, or what is left of it.
   *
   * @param scenario as a counterexample names it: {@code --seed 7 --keep 1,4,9}
   * @return what it was, when every promise is kept
   * @throws AssertionError as {@link #check} does, when a promise is broken
   */
  public Tally replay(String scenario) {
    Replay replay = Replay.parse(scenario);
    Scenario drawn = scenario(replay.seed());
    Scenario left = replay.scenario(drawn);
    Played played = play(left, UnaryOperator.identity());
    Judgement judgement = judge(played);
    judgement
        .failure()
        .ifPresent(failure -> fail(counterexample(replay.seed(), drawn, new Found(left, failure))));
    return Tally.of(played, judgement);
  }

  /** Plays one seed, on the calling thread: what happened, and what the checkers say of it. */
  public Trial trial(long seed) {
    return Trial.of(this, seed);
  }

  /** Plays seeds up to the first that fails, and makes its scenario as small as it can. */
  public Optional<Counterexample> find() {
    return run(tally -> {}).failure();
  }

  /** What came of a campaign. */
  record Result(Tally tally, Optional<Counterexample> failure) {}

  /** Plays all seeds, or those up to the first that fails, and tells how far it is. */
  Result run(Consumer<Tally> progress) {
    Workers workers = new Workers(cell().toString(), Workers.LONGEST_RUN);
    Round round = new Round(this, progress, workers);
    workers.start(plan.threads, round);
    workers.await();
    return round.result();
  }

  /** Makes the scenario of a seed that fails smaller, and tells about it. */
  Counterexample report(long seed) {
    Scenario drawn = scenario(seed);
    Failure failure =
        failureOf(drawn)
            .orElseThrow(
                () -> new IllegalStateException("the seed " + seed + " does not fail again"));
    Found found = new Found(drawn, failure);
    return counterexample(seed, drawn, Shrinker.shrink(this::failureOf, found, plan.shrinkWithin));
  }

  private Counterexample counterexample(long seed, Scenario drawn, Found smallest) {
    List<TraceEvent> events = new ArrayList<>();
    Played played = play(smallest.scenario(), simulation -> simulation.trace(events::add));
    Failure explained = explained(smallest.failure(), played);
    return new Counterexample(plan, seed, drawn, smallest.scenario(), explained, played, events);
  }

  /** The same failure by as few operations as are enough, where a level is broken. */
  private static Failure explained(Failure failure, Played played) {
    for (Consistency level : Consistency.values()) {
      if (level.name().toLowerCase(Locale.ROOT).equals(failure.promise())) {
        boolean isAgainst = !played.scenario().weakest().isAtLeast(level);
        History history = isAgainst ? played.history() : played.history(level);
        return new Failure(failure.promise(), Levels.explain(level, history, failure.verdict()));
      }
    }
    return failure;
  }
}
