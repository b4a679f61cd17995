package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.campaign.Judgement.Failure;
import io.kvstore.testkit.campaign.Shrinker.Found;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Plays scenario after scenario, each drawn from a seed, and checks all that was promised.
 *
 * <pre>{@code
 * Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).seeds(1_000).check();
 * }</pre>
 *
 * <p>Immutable: each method returns a new campaign. Seeds are played on all cores; the same seed
 * does the same everywhere. When a promise is broken, the scenario of the lowest seed that did it
 * is made smaller while it still fails, and {@link #check} throws it with the command that plays it
 * again.
 */
public final class Campaign {
  private static final int OPERATIONS = 200;
  private static final Duration SHRINK_WITHIN = Duration.ofSeconds(10);

  private final Cell cell;
  private final long firstSeed;
  private final long seeds;
  private final int operations;
  private final OptionalInt replicas;
  private final boolean isChanging;
  private final int threads;
  private final boolean isDurable;
  private final Optional<Boolean> turnsTakeTime; // as the seed has it, if nothing is said
  private final UnaryOperator<Simulation> more;
  private final Function<Played, Judgement> judge;

  private Campaign(
      Cell cell,
      long firstSeed,
      long seeds,
      int operations,
      OptionalInt replicas,
      boolean isChanging,
      int threads,
      boolean isDurable,
      Optional<Boolean> turnsTakeTime,
      UnaryOperator<Simulation> more,
      Function<Played, Judgement> judge) {
    this.cell = cell;
    this.firstSeed = firstSeed;
    this.seeds = seeds;
    this.operations = operations;
    this.replicas = replicas;
    this.isChanging = isChanging;
    this.threads = threads;
    this.isDurable = isDurable;
    this.turnsTakeTime = turnsTakeTime;
    this.more = more;
    this.judge = judge;
  }

  /** A campaign of a hundred seeds for this cell. */
  public static Campaign of(Cell cell) {
    return new Campaign(
        cell,
        1,
        100,
        OPERATIONS,
        OptionalInt.empty(),
        false,
        Runtime.getRuntime().availableProcessors(),
        false,
        Optional.empty(),
        UnaryOperator.identity(),
        Judge::judge);
  }

  /** A campaign of a hundred seeds for this cell. */
  public static Campaign of(Consistency consistency, Replication replication) {
    return of(new Cell(replication, consistency));
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
    return new Campaign(
        cell,
        first,
        count,
        operations,
        replicas,
        isChanging,
        threads,
        isDurable,
        turnsTakeTime,
        more,
        judge);
  }

  /** The same with so many operations in each scenario. */
  public Campaign operations(int count) {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        count,
        replicas,
        isChanging,
        threads,
        isDurable,
        turnsTakeTime,
        more,
        judge);
  }

  /** The same with always so many replicas. */
  public Campaign replicas(int count) {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        OptionalInt.of(count),
        isChanging,
        threads,
        isDurable,
        turnsTakeTime,
        more,
        judge);
  }

  /**
   * The same, but the store moves from this cell to others, and nodes join and leave. All of it is
   * held to the weakest of the promises, and each part to what was promised in that time.
   */
  public Campaign changing() {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        replicas,
        true,
        threads,
        isDurable,
        turnsTakeTime,
        more,
        judge);
  }

  /** The same on so many threads. */
  public Campaign threads(int count) {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        replicas,
        isChanging,
        count,
        isDurable,
        turnsTakeTime,
        more,
        judge);
  }

  /**
   * The same on simulated disks, which lose and tear what was not synced: all nodes crash at once,
   * too, and nothing that was answered may be lost; and one disk at a time is damaged.
   */
  public Campaign durable() {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        replicas,
        isChanging,
        threads,
        true,
        turnsTakeTime,
        more,
        judge);
  }

  /**
   * The same, but in all scenarios turns take time, or in none of them, instead of in a third. See
   * {@link Simulation#turnsTakeTime}; on simulated disks they never do.
   */
  public Campaign turnsTakeTime(boolean always) {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        replicas,
        isChanging,
        threads,
        isDurable,
        Optional.of(always),
        more,
        judge);
  }

  /** The same with simulations that are changed like this. */
  public Campaign simulation(UnaryOperator<Simulation> change) {
    UnaryOperator<Simulation> both = simulation -> change.apply(more.apply(simulation));
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        replicas,
        isChanging,
        threads,
        isDurable,
        turnsTakeTime,
        both,
        judge);
  }

  /** The same with this protocol, which is to keep the promise of the cell. */
  public Campaign protocol(ControletFactory factory) {
    return simulation(simulation -> simulation.protocol(factory)).judgedBy(Judge::judgeOwnProtocol);
  }

  /**
   * The same, but looks whether what clients saw is what another level promises: a stronger one is
   * not kept, and {@link #find} shows where.
   */
  public Campaign against(Consistency level) {
    return judgedBy(played -> Judge.judgeAs(level, played));
  }

  /** The same, judged by somebody else. */
  Campaign judgedBy(Function<Played, Judgement> another) {
    return new Campaign(
        cell,
        firstSeed,
        seeds,
        operations,
        replicas,
        isChanging,
        threads,
        isDurable,
        turnsTakeTime,
        more,
        another);
  }

  Cell cell() {
    return cell;
  }

  Scenario scenario(long seed) {
    Scenario drawn =
        isChanging
            ? Draw.changingScenario(cell, seed, operations, replicas, isDurable)
            : Draw.scenario(cell, seed, operations, replicas, isDurable);
    boolean takesTime = turnsTakeTime.orElseGet(() -> LongTurns.areDrawn(seed)) && !isDurable;
    return takesTime ? LongTurns.into(drawn) : drawn;
  }

  Played play(Scenario scenario, UnaryOperator<Simulation> also) {
    return Player.play(scenario, simulation -> also.apply(more.apply(simulation)));
  }

  Judgement judge(Played played) {
    return judge.apply(played);
  }

  private Optional<Failure> failureOf(Scenario scenario) {
    return judge(play(scenario, UnaryOperator.identity())).failure();
  }

  /**
   * Plays all seeds, or those up to the first that fails.
   *
   * @throws AssertionError when a promise was broken, with the smallest scenario that breaks it
   */
  public Tally check() {
    Result result = run(tally -> {});
    if (result.failure().isPresent()) {
      throw new AssertionError(result.failure().get().toString());
    }
    return result.tally();
  }

  /** Plays seeds up to the first that fails, and makes its scenario as small as it can. */
  public Optional<Counterexample> find() {
    return run(tally -> {}).failure();
  }

  /** What came of a campaign. */
  record Result(Tally tally, Optional<Counterexample> failure) {}

  /** Plays all seeds, or those up to the first that fails, and tells how far it is. */
  Result run(Consumer<Tally> progress) {
    Round round = new Round(progress);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(round, "campaign-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
    workers.forEach(Campaign::join);
    return round.result();
  }

  private static void join(Thread worker) {
    try {
      worker.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a campaign ran", interrupted);
    }
  }

  /** What the threads of one run share: each takes seed after seed. */
  private final class Round implements Runnable {
    private final Consumer<Tally> progress;
    private long next = firstSeed;
    private long lowestFailed = Long.MAX_VALUE;
    private Tally tally = Tally.NOTHING;
    private Optional<Throwable> thrown = Optional.empty();

    Round(Consumer<Tally> progress) {
      this.progress = progress;
    }

    @Override
    public void run() {
      for (long seed = take(); seed < firstSeed + seeds && seed < lowest(); seed = take()) {
        try {
          Played played = play(scenario(seed), UnaryOperator.identity());
          done(seed, played, judge(played));
        } catch (RuntimeException | Error failed) {
          fail(new IllegalStateException(cell + " with the seed " + seed + " has failed", failed));
        }
      }
    }

    private synchronized long take() {
      return next++;
    }

    private synchronized long lowest() {
      return thrown.isPresent() ? Long.MIN_VALUE : lowestFailed;
    }

    private synchronized void done(long seed, Played played, Judgement judgement) {
      tally = tally.plus(Tally.of(played, judgement));
      if (judgement.failure().isPresent()) {
        lowestFailed = Math.min(lowestFailed, seed);
      }
      progress.accept(tally);
    }

    private synchronized void fail(IllegalStateException failure) {
      thrown = thrown.or(() -> Optional.of(failure));
    }

    synchronized Result result() {
      if (thrown.isPresent()) {
        throw new IllegalStateException(thrown.get().getMessage(), thrown.get().getCause());
      }
      return lowestFailed == Long.MAX_VALUE
          ? new Result(tally, Optional.empty())
          : new Result(tally, Optional.of(report(lowestFailed)));
    }
  }

  /** Makes the scenario of a seed that fails smaller, and tells about it. */
  Counterexample report(long seed) {
    Scenario drawn = scenario(seed);
    Failure failure =
        failureOf(drawn)
            .orElseThrow(
                () -> new IllegalStateException("the seed " + seed + " does not fail again"));
    Found smallest = Shrinker.shrink(this::failureOf, new Found(drawn, failure), SHRINK_WITHIN);
    List<TraceEvent> events = new ArrayList<>();
    Played played = play(smallest.scenario(), simulation -> simulation.trace(events::add));
    return new Counterexample(
        seed, drawn, smallest.scenario(), explained(smallest.failure(), played), played, events);
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
