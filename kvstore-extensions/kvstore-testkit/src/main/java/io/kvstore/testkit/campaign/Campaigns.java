package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.core.trace.TraceEvent;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The command that runs campaigns over the cells of the matrix. */
public final class Campaigns {
  private static final String HELP =
      """
      Plays scenarios with faults in simulated stores, each drawn from a seed, and checks that every
      level keeps its promise.

        --seeds NUMBER        how many for each cell (1000)
        --from SEED           the first of them (1)
        --cell NAME           only this cell, such as PRIMARY-LINEARIZABLE; can be given several times
        --operations NUMBER   in each scenario (200)
        --replicas NUMBER     instead of 3 or 5
        --nodes NUMBER        more of them than replicas: each holds some of the shards
        --shards NUMBER       instead of 1, or of as many as there are nodes with --nodes
        --protocol CLASS      your own, on the class path: a Controlet with a constructor that takes
                              an Env, or a ControletFactory; say --cell, for what it promises
        --against LEVEL       looks for what this level forbids instead
        --changing yes        the store moves between cells, nodes join and leave
        --views outside       views are set from outside, told node by node; strong cells only
        --turns long|instant  turns take time in every scenario, or in none (in a third)
        --features NAME,…     every scenario has these: none, all, or among lifetimes, updates,
                              clears, counts, repeated-keys, watches, replicas, shards, datalets,
                              limits, pipelines, many-keys, large-values, bounds, unusual, bursts,
                              moments, one-away, patience, pages,
                              batches, conditions, take-overs, storms, bad-links,
                              one-kind, elections, nodes, splits, acks, parts,
                              sweeps, sides, copies, moves, refusals, clocks, tables,
                              evictions, transactions
                              (drawn: half of them have some)
        --steer yes           every second gets features that have led to what few scenarios reach
        --priorities DEPTH    messages arrive by priorities that are drawn from the seed, and change
                              DEPTH - 1 times in a run (0: none)
        --disks simulated     nodes keep their data on disks that lose what was not synced
        --threads NUMBER      instead of one for each core
        --seed SEED           only this one, and prints what happens
        --chance SEED         with it: draws delays and losses from another seed
        --keep N,N,…          with it: only these steps of its scenario, or none
        --look no             with it: does not ask every replica in the end
        --instant yes         with it: its turns take no time, though they were drawn so
        --drawings FOLDER     where drawings of what fails go (target/campaigns)
        --reached table|all   prints in how many scenarios each rare moment was reached (those that
                              never were); all: and fails if there is one that never was
        --help                prints this

      Ends with 0 if every promise was kept, 1 if one was broken or a moment that must be reached was
      not, 4 if it is not understood.
      """;
  private static final long TELL_EVERY_NANOS = 5_000_000_000L;
  private static final int BROKEN = 1;
  private static final int MISUSED = 4;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> options = new HashMap<>();
  private final List<Cell> cells = new ArrayList<>();

  private Campaigns(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The command; see {@code --help}. */
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err);
    System.out.flush();
    System.exit(code);
  }

  /** The command without the end of the JVM: answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (List.of(arguments).contains("--help")) {
      out.print(HELP);
      return 0;
    }
    Campaigns campaigns = new Campaigns(out, err);
    try {
      campaigns.understand(arguments);
      return campaigns.run();
    } catch (IllegalArgumentException misused) {
      err.println(misused.getMessage());
      err.print(HELP);
      return MISUSED;
    }
  }

  private void understand(String[] arguments) {
    Set<String> known =
        Set.of(
            "--seeds",
            "--from",
            "--operations",
            "--replicas",
            "--nodes",
            "--shards",
            "--against",
            "--changing",
            "--views",
            "--threads",
            "--disks",
            "--turns",
            "--features",
            "--steer",
            "--priorities",
            "--seed",
            "--chance",
            "--keep",
            "--look",
            "--instant",
            "--drawings",
            "--protocol",
            "--reached");
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("expected a value after " + arguments[i]);
      }
      if (arguments[i].equals("--cell")) {
        cells.add(Cell.named(arguments[i + 1]));
      } else if (known.contains(arguments[i])) {
        options.put(arguments[i], arguments[i + 1]);
      } else {
        throw new IllegalArgumentException("no such option: " + arguments[i]);
      }
    }
    String reached = options.getOrDefault("--reached", "table");
    if (!Set.of("table", "all").contains(reached)) {
      throw new IllegalArgumentException("--reached is table or all, not " + reached);
    }
    if (cells.isEmpty() && options.containsKey("--protocol")) {
      throw new IllegalArgumentException("--protocol needs a --cell: what does it promise?");
    }
    if (cells.isEmpty()) {
      boolean isForStrongOnly = options.containsKey("--views");
      boolean isForDisks = options.containsKey("--disks");
      cells.addAll(
          Cell.all().stream()
              .filter(cell -> !isForStrongOnly || cell.isStrong())
              .filter(cell -> !isForDisks || cell.servesDisks())
              .toList());
    }
  }

  private Optional<Long> number(String option) {
    return Optional.ofNullable(options.get(option)).map(text -> Replay.number(option, text));
  }

  private Campaign campaign(Cell cell) {
    Campaign campaign =
        Campaign.of(cell).seeds(number("--from").orElse(1L), number("--seeds").orElse(1_000L));
    campaign =
        number("--operations").map(Long::intValue).map(campaign::operations).orElse(campaign);
    campaign =
        options.getOrDefault("--changing", "no").equals("yes") ? campaign.changing() : campaign;
    campaign = options.containsKey("--views") ? campaign.viewsFromOutside() : campaign;
    campaign = options.containsKey("--disks") ? campaign.durable() : campaign;
    if (options.containsKey("--protocol")) {
      campaign = campaign.protocol(options.get("--protocol"));
    }
    if (options.containsKey("--against")) {
      campaign = campaign.against(Consistency.parse(options.get("--against")));
    }
    if (options.containsKey("--turns")) {
      campaign = campaign.turnsTakeTime(options.get("--turns").equals("long"));
    }
    if (options.containsKey("--features")) {
      campaign = campaign.features(options.get("--features"));
    }
    campaign = options.getOrDefault("--steer", "no").equals("yes") ? campaign.steered() : campaign;
    campaign =
        number("--priorities").map(Long::intValue).map(campaign::priorities).orElse(campaign);
    campaign = number("--replicas").map(Long::intValue).map(campaign::replicas).orElse(campaign);
    campaign = number("--nodes").map(Long::intValue).map(campaign::nodes).orElse(campaign);
    campaign = number("--shards").map(Long::intValue).map(campaign::shards).orElse(campaign);
    return number("--threads").map(Long::intValue).map(campaign::threads).orElse(campaign);
  }

  private int run() {
    return options.containsKey("--seed") ? playOne(Replay.of(options)) : runAll();
  }

  private Path drawings() {
    return Path.of(options.getOrDefault("--drawings", "target/campaigns"));
  }

  // One scenario

  private int playOne(Replay replay) {
    boolean broken = false;
    for (Cell cell : cells) {
      Campaign campaign = campaign(cell);
      Scenario scenario = replay.scenario(campaign.scenario(replay.seed()));
      List<TraceEvent> events = new ArrayList<>();
      Played played = campaign.play(scenario, simulation -> simulation.trace(events::add));
      Judgement judgement = campaign.judge(played);
      out.println(scenario);
      out.println();
      for (int i = 0; i < played.history().size(); i++) {
        out.println(played.history().operation(i));
      }
      out.println();
      judgement.verdicts().forEach((promise, verdict) -> out.println(promise + ": " + verdict));
      out.println();
      out.println(TraceDigest.of(events));
      broken |= judgement.failure().isPresent();
    }
    return broken ? BROKEN : 0;
  }

  // All

  private int runAll() {
    out.printf(
        Locale.ROOT,
        "%-26s %9s %12s %9s %9s %12s %12s %9s %8s%n",
        "cell",
        "seeds",
        "operations",
        "unknown",
        "faults",
        "events",
        "virtual",
        "undecided",
        "seconds");
    List<Counterexample> failures = new ArrayList<>();
    Reached reached = Reached.NOTHING;
    for (Cell cell : cells) {
      long start = System.nanoTime();
      Campaign.Result result = campaign(cell).run(progress(cell));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      out.println(line(cell, result, took));
      result.failure().ifPresent(failures::add);
      reached = reached.plus(result.tally().reached());
    }
    boolean isAnyMissed = tell(reached);
    for (Counterexample failure : failures) {
      out.println();
      out.println(failure);
      out.println("Drawn in " + failure.draw(drawings()));
    }
    return failures.isEmpty() && !isAnyMissed ? 0 : BROKEN;
  }

  /** Tells what was reached as it was asked to; answers whether it must not be left at that. */
  private boolean tell(Reached reached) {
    List<Enum<?>> never = reached.never();
    if (options.containsKey("--reached")) {
      out.println();
      out.println("in how many scenarios each moment was reached that few of them come to:");
      reached.lines().forEach(out::println);
    } else if (!never.isEmpty()) {
      out.println();
      out.println(
          "never reached: " + never.stream().map(Reached::text).collect(Collectors.joining("; ")));
    }
    return "all".equals(options.get("--reached")) && !never.isEmpty();
  }

  private static String line(Cell cell, Campaign.Result result, Duration took) {
    Tally tally = result.tally();
    return String.format(
        Locale.ROOT,
        "%-26s %9d %12d %9d %9d %12d %12s %9d %8.1f%s",
        cell,
        tally.runs(),
        tally.operations(),
        tally.unknown(),
        tally.faults(),
        tally.events(),
        hours(tally.virtual()),
        tally.undecided(),
        took.toNanos() / 1e9,
        result.failure().isPresent() ? "  BROKEN" : "");
  }

  private static String hours(Duration time) {
    return String.format(Locale.ROOT, "%.1f h", time.toMillis() / 3_600_000.0);
  }

  /** Tells every few seconds how far it is. */
  private Consumer<Tally> progress(Cell cell) {
    long start = System.nanoTime();
    AtomicLong told = new AtomicLong(start);
    return tally -> {
      long now = System.nanoTime();
      if (now - told.get() > TELL_EVERY_NANOS) {
        told.set(now);
        err.printf(
            Locale.ROOT,
            "%s: %d seeds, %.0f a second%n",
            cell,
            tally.runs(),
            tally.runs() / ((now - start) / 1e9));
      }
    };
  }
}
