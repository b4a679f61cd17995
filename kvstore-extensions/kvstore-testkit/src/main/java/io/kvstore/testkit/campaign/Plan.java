package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

/** What a campaign plays, and how it is judged. */
final class Plan {
  private static final int OPERATIONS = 200;
  private static final int MOST_PRIORITIES = 100;

  final Cell cell;
  long firstSeed = 1;
  long seeds = 100;
  int operations = OPERATIONS;
  Size size = Size.DRAWN;
  boolean isChanging;
  boolean hasViewsFromOutside;
  Optional<Boolean> turnsTakeTime = Optional.empty(); // as the seed has it, if nothing is said
  Optional<Set<Feature>> features = Optional.empty(); // as the seed has it, if nothing is said
  boolean isSteered; // features are chosen by what was rarely reached
  int threads = Runtime.getRuntime().availableProcessors();
  int priorities; // their depth; 0 for none
  boolean isDurable;
  Optional<LongFunction<DataletFactory>> durable =
      Optional.empty(); // in the place of simulated disks
  boolean hasOwnProtocol;
  Optional<String> protocolClass = Optional.empty(); // of an own protocol that the command can load
  boolean hasOwnSimulation; // that the command cannot make
  Optional<Function<Fault, Optional<Fault>>> faults = Optional.empty(); // as drawn
  Optional<Consistency> against = Optional.empty();
  UnaryOperator<Simulation> more = UnaryOperator.identity();
  Function<Played, Judgement> judge = Judge::judge;
  Duration shrinkWithin = Duration.ofSeconds(10);

  Plan(Cell cell) {
    this.cell = cell;
  }

  /** Refuses what does not go together. */
  void requireSense() {
    if (hasViewsFromOutside && !cell.isStrong()) {
      throw new IllegalArgumentException(
          "views from outside are for strong levels, and " + cell + " is weak");
    }
    if (hasViewsFromOutside && size.nodes().isPresent()) {
      throw new IllegalArgumentException(
          "views from outside are for stores in which every node holds every shard");
    }
    if (isSteered && features.isPresent()) {
      throw new IllegalArgumentException(
          "a campaign whose features are named is not steered: it chooses among features");
    }
    if (priorities < 0 || priorities > MOST_PRIORITIES) {
      throw new IllegalArgumentException(
          "expected priorities of a depth of 0 to " + MOST_PRIORITIES + ", not " + priorities);
    }
    if (isDurable && !cell.servesDisks()) {
      throw new IllegalArgumentException(cell + " is kept in memory only");
    }
  }

  Plan copy() {
    Plan copy = new Plan(cell);
    copy.firstSeed = firstSeed;
    copy.seeds = seeds;
    copy.operations = operations;
    copy.size = size;
    copy.isChanging = isChanging;
    copy.hasViewsFromOutside = hasViewsFromOutside;
    copy.turnsTakeTime = turnsTakeTime;
    copy.features = features;
    copy.isSteered = isSteered;
    copy.threads = threads;
    copy.priorities = priorities;
    copy.isDurable = isDurable;
    copy.durable = durable;
    copy.hasOwnProtocol = hasOwnProtocol;
    copy.protocolClass = protocolClass;
    copy.hasOwnSimulation = hasOwnSimulation;
    copy.faults = faults;
    copy.against = against;
    copy.more = more;
    copy.judge = judge;
    copy.shrinkWithin = shrinkWithin;
    return copy;
  }

  /** Whether the command {@link Campaigns} can play it: it knows code by the name of its class. */
  boolean isForTheCommand() {
    return hasOwnProtocol == protocolClass.isPresent()
        && !hasOwnSimulation
        && faults.isEmpty()
        && durable.isEmpty();
  }

  /** The scenario of a seed. */
  Scenario scenario(long seed) {
    boolean takesTime =
        turnsTakeTime.orElseGet(() -> !hasViewsFromOutside && LongTurns.areDrawn(seed));
    Set<Feature> its = features(seed);
    Size drawnSize = size.orReplicas(Features.replicas(its, seed));
    Scenario drawn =
        draw(seed, hasViewsFromOutside ? drawnSize : Situations.size(its, seed, drawnSize));
    Scenario timed = takesTime && !isDurable ? LongTurns.into(drawn) : drawn;
    Scenario all = Situations.into(Features.into(timed, its), its).asServed();
    return faults.map(change -> all.with(changed(all.steps(), change))).orElse(all);
  }

  private static List<Step> changed(List<Step> steps, Function<Fault, Optional<Fault>> change) {
    List<Step> changed = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Strikes strikes) {
        change
            .apply(strikes.fault())
            .ifPresent(
                fault -> changed.add(new Step.Strikes(strikes.number(), strikes.at(), fault)));
      } else {
        changed.add(step);
      }
    }
    return changed;
  }

  /** The features of the scenario of a seed. */
  Set<Feature> features(long seed) {
    Set<Feature> its = features.orElseGet(() -> Feature.drawn(seed, cell));
    if (!its.contains(Feature.TABLES) || !(hasOwnProtocol || hasViewsFromOutside)) {
      return its;
    }
    Set<Feature> served = EnumSet.copyOf(its); // tables follow a protocol or views of the store
    served.remove(Feature.TABLES);
    return served;
  }

  private Scenario draw(long seed, Size its) {
    if (hasViewsFromOutside) {
      return Draw.outsideScenario(cell, seed, operations, its, isDurable);
    }
    return isChanging
        ? Draw.changingScenario(cell, seed, operations, its, isDurable, !hasOwnProtocol)
        : Draw.scenario(cell, seed, operations, its, isDurable);
  }

  /** The options of the command from which it draws the same scenarios. */
  String asOptions() {
    return "--cell "
        + cell
        + protocolClass.map(name -> " --protocol " + name).orElse("")
        + (operations == OPERATIONS ? "" : " --operations " + operations)
        + size.asOptions()
        + (isDurable ? " --disks simulated" : "")
        + (isChanging ? " --changing yes" : "")
        + (hasViewsFromOutside ? " --views outside" : "")
        + turnsTakeTime.map(always -> " --turns " + (always ? "long" : "instant")).orElse("")
        + features.map(named -> " --features " + Feature.text(named)).orElse("")
        + (priorities == 0 ? "" : " --priorities " + priorities)
        + against.map(level -> " --against " + level.name().toLowerCase(Locale.ROOT)).orElse("");
  }

  /** The calls from which a test draws the same scenarios. */
  String asCode() {
    return "Campaign.of(Consistency."
        + cell.consistency().name()
        + ", Replication."
        + cell.replication().name()
        + ")"
        + (hasOwnProtocol ? ".protocol(…)" : "")
        + (hasOwnSimulation ? ".simulation(…)" : "")
        + (faults.isPresent() ? ".faults(…)" : "")
        + (operations == OPERATIONS ? "" : ".operations(" + operations + ")")
        + size.asCode()
        + (isDurable ? ".durable(" + (durable.isPresent() ? "…" : "") + ")" : "")
        + (isChanging ? ".changing()" : "")
        + (hasViewsFromOutside ? ".viewsFromOutside()" : "")
        + turnsTakeTime.map(always -> ".turnsTakeTime(" + always + ")").orElse("")
        + features.map(named -> ".features(\"" + Feature.text(named) + "\")").orElse("")
        + (priorities == 0 ? "" : ".priorities(" + priorities + ")")
        + against.map(level -> ".against(Consistency." + level.name() + ")").orElse("");
  }
}
