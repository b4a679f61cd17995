package io.kvstore.examples.bench.compare;

import io.kvstore.examples.bench.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The same loads on all systems: a table of ratios for each load, a CSV file, a page of charts. */
public final class Comparison {
  /** The options. */
  public static final String HELP =
      """
      compare [OPTION VALUE]...   the same loads on many systems
        --systems LIST      names, or limits, levels, cells, peers, all  (limits,levels,peers)
        --mixes LIST        writes, half, few, reads; of few, 5% write   (writes,half,few)
        --keys LIST         uniform, zipf                                (zipf)
        --callers LIST      how many threads call                        (1,4)
        --in-flight LIST    operations of each under way; 1: blocking    (1)
        --fresh WHAT        what callers make for each operation: nothing, keys, all (keys)
        --forks N           JVMs for each figure                         (1)
      and as for all:
        --warm SECONDS --seconds SECONDS (measured twice) --seed N (42)
        --java FILE (the same) --jvm-args TEXT (-Xms1g -Xmx2g) --out FOLDER (target/bench)
      """;

  private Comparison() {}

  /** Runs the command; whether every trial gave figures. */
  public static boolean run(Options options) throws IOException {
    List<String> systems = Systems.named(options.text("systems", "limits,levels,peers"));
    Plan plan = new Plan(options.fork(), (int) options.number("forks", 1));
    Trial load = options.load(2, 1);
    List<Mix> mixes = options.mixes("writes,half,few");
    List<Workload.Keys> distributions = options.keys("zipf");
    List<Integer> windows = options.numbers("in-flight", "1");
    List<Integer> callers = options.numbers("callers", "1,4");
    Path folder = options.folder();
    options.requireKnown();
    for (Mix mix : mixes) {
      for (Workload.Keys keys : distributions) {
        for (int window : windows) {
          for (int threads : callers) {
            Trial cell = load.with(mix, keys).with(threads, window);
            systems.forEach(system -> plan.add(cell.on(system)));
          }
        }
      }
    }
    Results results = plan.perform(folder.resolve("compare.csv"));
    Page page = new Page("The same load on replicated maps");
    page.say(
        "Each figure is the median of the forks. Ratios are to plain maps under the same load: chm is"
            + " one ConcurrentHashMap, chm3 three of them written one after the other.");
    for (Trial cell : results.cells()) {
      page.add(table(results, cell));
    }
    charts(results, page);
    page.writeTo(folder.resolve("compare.html"));
    return !plan.hasFailures();
  }

  private static Table table(Results results, Trial cell) {
    Table table =
        new Table(
            cell.inWords(),
            "system",
            "1/s",
            "of chm",
            "of chm3",
            "p50 us",
            "p99 us",
            "p99.9 us",
            "max us",
            "B/op",
            "cpu ns/op");
    for (String system : results.systems(cell)) {
      table.row(
          system,
          text(results.median(cell, system, Figures::perSecond)),
          text(results.ratio(cell, system, Systems.MAP)),
          text(results.ratio(cell, system, Systems.THREE_MAPS)),
          text(results.median(cell, system, Figures::p50)),
          text(results.median(cell, system, Figures::p99)),
          text(results.median(cell, system, Figures::p999)),
          text(results.most(cell, system, Figures::longest)),
          text(results.median(cell, system, Figures::bytesPerOperation)),
          text(results.median(cell, system, Figures::cpuNanosPerOperation)));
    }
    return table;
  }

  static String text(OptionalDouble value) {
    return value.isPresent() ? BarChart.number(value.getAsDouble()) : "-";
  }

  /** Two charts for each load, in which the numbers of callers are beside each other. */
  static void charts(Results results, Page page) {
    List<Trial> done = new ArrayList<>();
    for (Trial cell : results.cells()) {
      if (done.contains(cell.with(1, cell.inFlight()))) {
        continue;
      }
      done.add(cell.with(1, cell.inFlight()));
      List<Trial> alike =
          results.cells().stream()
              .filter(
                  other -> other.with(1, other.inFlight()).equals(cell.with(1, cell.inFlight())))
              .toList();
      String words = cell.inWords().replaceFirst(", \\d+ callers?", "");
      BarChart throughput = new BarChart("Operations a second: " + words);
      BarChart latency = new BarChart("Median, p99 and longest, in microseconds: " + words);
      List<String> systems =
          alike.stream().flatMap(each -> results.systems(each).stream()).distinct().toList();
      for (String system : systems) {
        for (Trial each : alike) {
          bars(results, each, system, throughput, latency);
        }
      }
      page.addSvg(throughput.svg());
      page.addSvg(latency.svg());
    }
  }

  private static void bars(
      Results results, Trial cell, String system, BarChart throughput, BarChart latency) {
    OptionalDouble perSecond = results.median(cell, system, Figures::perSecond);
    if (perSecond.isPresent()) {
      String label = cell.callers() == 1 ? "1 caller" : cell.callers() + " callers";
      throughput.bar(system, label, List.of(perSecond.getAsDouble()));
      boolean isOfWrites = cell.mix() != Mix.READS;
      List<Double> points = new ArrayList<>();
      for (int i : List.of(0, 1, 3)) {
        points.add(
            results
                .median(
                    cell,
                    system,
                    each -> (isOfWrites ? each.writes() : each.reads()).points().get(i))
                .orElse(0));
      }
      latency.bar(system, label, points);
    }
  }
}
