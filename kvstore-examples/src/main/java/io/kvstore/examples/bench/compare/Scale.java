package io.kvstore.examples.bench.compare;

import io.kvstore.examples.bench.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What grows with what: replicas, shards, entries, sizes of values, sessions, processors. A table
 * and a chart for each, a CSV file for each, and what does not hold of what is claimed.
 */
public final class Scale {
  /** The options. */
  public static final String HELP =
      """
      scale [OPTION VALUE]...     what grows with replicas, shards, entries, values, sessions, cores
        --only LIST         some of: replicas, shards, entries, values, sessions, cores
        --replicas LIST     (3,5,11,31,101,251,501)
        --shards LIST       (1,2,4,8,16,32,64)
        --entries LIST      (10000,100000,1000000,10000000; the last needs 10 GB)
        --values LIST       bytes (16,128,1024,8192,65536,1048576)
        --sessions LIST     (1,10,100,1000,10000)
        --forks N           JVMs for each figure (1)
      """;

  private static final String LINEARIZABLE = "kv/linearizable";
  private static final String SEQUENTIAL = "kv/sequential";
  private static final String EVENTUAL = "kv/eventual";
  private static final int FEW_ENTRIES = 1_000;
  private static final int MOST_BYTES_OF_VALUES = 256 << 20;
  private static final int SHARDS_FOR_CORES = 8;
  private static final double MOST_GROWTH = 1.25;

  private final Trial load;
  private final Fork fork;
  private final int forks;
  private final Path folder;
  private final Page page = new Page("What grows, and how");
  private final Table claims = new Table("What is claimed", "claim", "found", "");
  private boolean hasFailures;

  private Scale(Options options) {
    load = options.load(2, 1).with(Mix.WRITES, Workload.Keys.UNIFORM);
    fork = options.fork();
    forks = (int) options.number("forks", 1);
    folder = options.folder();
  }

  /** Runs the command; whether every trial gave figures. */
  public static boolean run(Options options) throws IOException {
    Scale scale = new Scale(options);
    List<String> only =
        List.of(
            options.text("only", "replicas,shards,entries,values,sessions,cores").split(",", -1));
    List<Integer> replicas = options.numbers("replicas", "3,5,11,31,101,251,501");
    List<Integer> shards = options.numbers("shards", "1,2,4,8,16,32,64");
    List<Integer> entries = options.numbers("entries", "10000,100000,1000000,10000000");
    List<Integer> values = options.numbers("values", "16,128,1024,8192,65536,1048576");
    List<Integer> sessions = options.numbers("sessions", "1,10,100,1000,10000");
    options.requireKnown();
    for (String what : only) {
      switch (what) {
        case "replicas" -> scale.replicas(replicas);
        case "shards" -> scale.shards(shards);
        case "entries" -> scale.entries(entries);
        case "values" -> scale.values(values);
        case "sessions" -> scale.sessions(sessions);
        case "cores" -> scale.cores();
        default -> throw new IllegalArgumentException("--only: no such thing: " + what);
      }
    }
    scale.page.add(scale.claims);
    scale.page.writeTo(scale.folder.resolve("scale.html"));
    return !scale.hasFailures;
  }

  private Results perform(String name, Fork how, List<Trial> trials) throws IOException {
    Plan plan = new Plan(how, forks);
    trials.forEach(plan::add);
    Results results = plan.perform(folder.resolve("scale-" + name + ".csv"));
    hasFailures |= plan.hasFailures();
    return results;
  }

  private void claim(String what, OptionalDouble found, boolean holds) {
    claims.row(what, Comparison.text(found), found.isEmpty() ? "-" : holds ? "✓" : "✗");
  }

  private void claimAtLeast(String what, OptionalDouble found, double least) {
    claim(what, found, found.isPresent() && found.getAsDouble() >= least);
  }

  private static OptionalDouble micros(Results results, Trial trial) {
    OptionalDouble perSecond = results.median(trial, trial.system(), Figures::perSecond);
    return perSecond.isPresent()
        ? OptionalDouble.of(1e6 / perSecond.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble quotient(OptionalDouble a, OptionalDouble b) {
    return a.isPresent() && b.isPresent()
        ? OptionalDouble.of(a.getAsDouble() / b.getAsDouble())
        : OptionalDouble.empty();
  }

  // Replicas of one group

  private void replicas(List<Integer> numbers) throws IOException {
    List<String> levels = List.of(LINEARIZABLE, EVENTUAL);
    Trial few = load.withEntries(FEW_ENTRIES, load.valueBytes(), load.fresh());
    List<Trial> trials = new ArrayList<>();
    for (int number : numbers) {
      levels.forEach(level -> trials.add(few.on(level + "/replicas=" + number)));
    }
    Results results = perform("replicas", fork, trials);
    Table table =
        new Table(
            "A write, one caller, by the replicas of its group",
            "level",
            "replicas",
            "us a write",
            "ns for each replica",
            "p99 us",
            "opening ms",
            "B/op");
    LineChart chart = new LineChart("Microseconds for a write", "replicas of one group");
    for (String level : levels) {
      chart.line(level, level);
      for (int number : numbers) {
        Trial trial = few.on(level + "/replicas=" + number);
        OptionalDouble micros = micros(results, trial);
        table.row(
            level,
            "" + number,
            Comparison.text(micros),
            Comparison.text(times(micros, 1e3 / number)),
            Comparison.text(results.median(trial, trial.system(), Figures::p99)),
            Comparison.text(results.median(trial, trial.system(), Figures::openMillis)),
            Comparison.text(results.median(trial, trial.system(), Figures::bytesPerOperation)));
        micros.ifPresent(each -> chart.point(number, each));
      }
    }
    page.add(table);
    page.addSvg(chart.svg());
    int most = numbers.get(numbers.size() - 1);
    int middle = numbers.get(Math.max(0, numbers.size() - 3));
    for (String level : levels) {
      OptionalDouble growth =
          quotient(
              micros(results, few.on(level + "/replicas=" + most)),
              micros(results, few.on(level + "/replicas=" + middle)));
      double linear = (double) most / middle;
      claim(
          String.format(
              Locale.ROOT,
              "%s: a write at %d replicas costs at most %.1f times one at %d (linear: %.1f)",
              level,
              most,
              linear * MOST_GROWTH,
              middle,
              linear),
          growth,
          growth.orElse(0) <= linear * MOST_GROWTH);
    }
  }

  private static OptionalDouble times(OptionalDouble value, double factor) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * factor) : value;
  }

  // Shards

  private void shards(List<Integer> numbers) throws IOException {
    List<String> levels = List.of(LINEARIZABLE, EVENTUAL);
    List<Integer> callers = List.of(1, 4);
    List<Trial> trials = new ArrayList<>();
    for (int threads : callers) {
      for (int number : numbers) {
        levels.forEach(level -> trials.add(load.with(threads, 1).on(level + "/shards=" + number)));
      }
    }
    Results results = perform("shards", fork, trials);
    Growth growth = new Growth("Writes a second by the number of shards", "shards", "of the first");
    for (String level : levels) {
      for (int threads : callers) {
        growth.begin(level, words(threads));
        for (int number : numbers) {
          growth.add(results, load.with(threads, 1).on(level + "/shards=" + number), number);
        }
        if (threads == 1) {
          claimAtLeast(
              level + ": with " + growth.last() + " shards at least 0.83 of the speed with 1",
              growth.ratioOfLast(),
              1 / 1.2);
        }
      }
    }
    growth.show();
  }

  private static String words(int callers) {
    return callers == 1 ? "1 caller" : callers + " callers";
  }

  // Entries

  private void entries(List<Integer> numbers) throws IOException {
    List<String> systems = List.of(Systems.MAP, LINEARIZABLE, EVENTUAL);
    Fork large = fork.with(List.of("-Xms1g", "-Xmx10g"));
    List<Trial> trials = new ArrayList<>();
    for (int number : numbers) {
      Trial sized =
          load.with(Mix.HALF, Workload.Keys.UNIFORM)
              .withEntries(number, load.valueBytes(), load.fresh());
      systems.forEach(system -> trials.add(sized.on(system)));
    }
    Results results = perform("entries", large, trials);
    Growth growth =
        new Growth(
            "Operations a second, half of them writes, by entries", "entries", "of the first");
    for (String system : systems) {
      growth.begin(system, "1 caller");
      trials.stream()
          .filter(trial -> trial.system().equals(system))
          .forEach(trial -> growth.add(results, trial, trial.entries()));
    }
    growth.show();
  }

  // Sizes of values

  private void values(List<Integer> sizes) throws IOException {
    List<String> systems = List.of(Systems.MAP, LINEARIZABLE, EVENTUAL);
    List<Trial> trials = new ArrayList<>();
    for (int size : sizes) {
      int number = Math.min(load.entries(), MOST_BYTES_OF_VALUES / size);
      systems.forEach(system -> trials.add(load.withEntries(number, size, Fresh.ALL).on(system)));
    }
    Results results = perform("values", fork, trials);
    Growth growth =
        new Growth("Writes of values made anew, a second, by their size", "bytes", "of the first");
    for (String system : systems) {
      growth.begin(system, "1 caller");
      trials.stream()
          .filter(trial -> trial.system().equals(system))
          .forEach(trial -> growth.add(results, trial, trial.valueBytes()));
    }
    growth.show();
  }

  // Sessions

  private void sessions(List<Integer> numbers) throws IOException {
    List<String> levels = List.of(LINEARIZABLE, SEQUENTIAL, "kv/causal", EVENTUAL);
    Trial half = load.with(Mix.HALF, Workload.Keys.UNIFORM).with(4, 1);
    List<Trial> trials = new ArrayList<>();
    for (int number : numbers) {
      levels.forEach(level -> trials.add(half.on(level + "/sessions=" + number)));
    }
    Results results = perform("sessions", fork, trials);
    Growth growth =
        new Growth(
            "Operations a second, 4 callers through many sessions", "sessions", "of the first");
    for (String level : levels) {
      growth.begin(level, "4 callers");
      for (int number : numbers) {
        growth.add(results, half.on(level + "/sessions=" + number), number);
      }
    }
    growth.show();
  }

  // Processors

  private void cores() throws IOException {
    Trial busy = load.with(4, 1).on(LINEARIZABLE + "/shards=" + SHARDS_FOR_CORES);
    Trial reads = load.with(Mix.FEW, Workload.Keys.UNIFORM).with(4, 1).on(busy.system());
    Table table =
        new Table(
            "Operations a second by processors, 8 shards, 4 callers", "load", "1", "2", "ratio");
    Results one =
        perform("one-core", fork.behind(List.of("taskset", "-c", "0")), List.of(busy, reads));
    Results two =
        perform("two-cores", fork.behind(List.of("taskset", "-c", "0,1")), List.of(busy, reads));
    for (Trial trial : List.of(busy, reads)) {
      OptionalDouble alone = one.median(trial, trial.system(), Figures::perSecond);
      OptionalDouble both = two.median(trial, trial.system(), Figures::perSecond);
      OptionalDouble ratio = quotient(both, alone);
      table.row(
          trial.mix().toString(),
          Comparison.text(alone),
          Comparison.text(both),
          Comparison.text(ratio));
      claimAtLeast(
          "two cores give at least 1.6 times one, 8 shards, 4 callers, " + trial.mix(), ratio, 1.6);
    }
    page.add(table);
  }

  /** A table and a chart of operations a second, with a line for each system. */
  private final class Growth {
    private final Table table;
    private final LineChart chart;
    private String system = "";
    private String words = "";
    private OptionalDouble first = OptionalDouble.empty();
    private OptionalDouble ratio = OptionalDouble.empty();
    private int last;

    Growth(String title, String unit, String ratioName) {
      table =
          new Table(
              title,
              "system",
              "callers",
              unit,
              "1/s",
              ratioName,
              "p50 us",
              "p99 us",
              "B/op",
              "heap B/entry");
      chart = new LineChart(title, unit);
    }

    void begin(String name, String callers) {
      system = name;
      words = callers;
      first = OptionalDouble.empty();
      chart.line(name + ", " + callers, name);
    }

    void add(Results results, Trial trial, int size) {
      OptionalDouble perSecond = results.median(trial, trial.system(), Figures::perSecond);
      if (first.isEmpty()) {
        first = perSecond;
      }
      ratio = quotient(perSecond, first);
      last = size;
      table.row(
          system,
          words,
          String.format(Locale.ROOT, "%,d", size),
          Comparison.text(perSecond),
          Comparison.text(ratio),
          Comparison.text(results.median(trial, trial.system(), Figures::p50)),
          Comparison.text(results.median(trial, trial.system(), Figures::p99)),
          Comparison.text(results.median(trial, trial.system(), Figures::bytesPerOperation)),
          Comparison.text(results.median(trial, trial.system(), Figures::heapBytesPerEntry)));
      perSecond.ifPresent(each -> chart.point(size, each));
    }

    int last() {
      return last;
    }

    OptionalDouble ratioOfLast() {
      return ratio;
    }

    void show() {
      page.add(table);
      page.addSvg(chart.svg());
    }
  }
}
