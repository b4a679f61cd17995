package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.campaign.Judgement.Failure;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A scenario that breaks a promise, made as small as it could be, and what came of it. */
public final class Counterexample {
  private static final String COMMAND = "java -cp … " + Campaigns.class.getName() + " ";

  private static final int MOST_DRAWN = 10_000; // a run that finds no end has millions of events

  private final Plan plan;
  private final long seed;
  private final Scenario drawn;
  private final Scenario scenario;
  private final Failure failure;
  private final Played played;
  private final List<TraceEvent> events;

  Counterexample(
      Plan plan,
      long seed,
      Scenario drawn,
      Scenario scenario,
      Failure failure,
      Played played,
      List<TraceEvent> events) {
    this.plan = plan;
    this.seed = seed;
    this.drawn = drawn;
    this.scenario = scenario;
    this.failure = failure;
    this.played = played;
    this.events = List.copyOf(events);
  }

  /** The seed that the scenario was drawn from. */
  public long seed() {
    return seed;
  }

  /** The cell that was played. */
  public Cell cell() {
    return scenario.setup().cell();
  }

  /** What was promised: {@code linearizable}. */
  public String promise() {
    return failure.promise();
  }

  /** Why it was not kept. */
  public Broken verdict() {
    return failure.verdict();
  }

  /** What the clients saw. */
  public History history() {
    return played.history();
  }

  /** What was done to nodes and links. */
  public List<Disturbance> disturbances() {
    return played.disturbances();
  }

  /** Everything that happened in the store. */
  public List<TraceEvent> events() {
    return events;
  }

  /** How many operations and faults are left. */
  public int size() {
    return (int) (scenario.operations() + scenario.faults());
  }

  /** What the store was, what its clients did, and what went wrong, line by line. */
  public String scenario() {
    return scenario.toString();
  }

  /** A picture of it. */
  public Drawing drawing() {
    return Drawing.of(history())
        .asked(played.recorder().asked())
        .title(title())
        .levels(levels())
        .events(events.subList(0, drawnEvents()), Simulation.BEGINNING_NANOS)
        .disturbances(disturbances())
        .replay(replayInFull());
  }

  private String title() {
    String title = scenario.setup().cell() + " under the seed " + seed + " is not " + promise();
    return drawnEvents() == events.size()
        ? title
        : title + String.format(Locale.ROOT, " (with the first of %,d events)", events.size());
  }

  private int drawnEvents() {
    return Math.min(MOST_DRAWN, events.size());
  }

  /** Writes the picture into a folder, under the name of the cell and the seed. */
  Path draw(Path folder) {
    return drawing().write(folder.resolve(cell() + "-" + seed));
  }

  private Map<String, Verdict> levels() {
    Map<String, Verdict> levels = new LinkedHashMap<>();
    levels.put(promise(), verdict()); // what the drawing is about
    Budget budget = new Budget(Duration.ofSeconds(2), 128L << 20);
    for (Consistency level : Consistency.values()) {
      String name = level.name().toLowerCase(Locale.ROOT);
      levels.computeIfAbsent(name, other -> Levels.check(level, history(), budget));
    }
    return levels;
  }

  /**
   * How to play it again: the options of the command {@link Campaigns}; or where that does not know
   * the store, with a protocol or a simulation of one's own, the calls in a test.
   */
  public String replay() {
    Replay replay = Replay.of(seed, drawn, scenario);
    return plan.isForTheCommand()
        ? plan.asOptions() + " " + replay
        : plan.asCode() + ".replay(\"" + replay + "\");";
  }

  /** The same as it stands under a drawing. */
  private String replayInFull() {
    return plan.isForTheCommand() ? COMMAND + replay() : replay();
  }

  @Override
  public String toString() {
    return drawn.setup().cell()
        + " under the seed "
        + seed
        + " is not "
        + promise()
        + "\n\n"
        + verdict()
        + "\n\nThe smallest scenario that was found has "
        + scenario.operations()
        + " operations and "
        + scenario.faults()
        + " faults, of "
        + drawn.operations()
        + " and "
        + drawn.faults()
        + ":\n\n"
        + scenario.toString().indent(2)
        + "\nTo play it again"
        + (plan.isForTheCommand() ? ", " + COMMAND + replay() + ", or" : "")
        + " in a test:\n\n  "
        + plan.asCode()
        + ".replay(\""
        + Replay.of(seed, drawn, scenario)
        + "\");\n\nIt does the same each time: "
        + TraceDigest.of(events)
        + "\n";
  }
}
