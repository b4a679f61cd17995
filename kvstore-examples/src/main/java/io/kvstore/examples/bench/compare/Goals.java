package io.kvstore.examples.bench.compare;

import io.kvstore.Consistency;
import io.kvstore.examples.bench.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What this library wants to reach, and how far it is: ratios to the plain maps, to the best peer
 * that promises at least as much, and the tails of latencies. Zipfian keys, three replicas, one
 * shard, default settings.
 */
public final class Goals {
  /** The options. */
  public static final String HELP =
      """
      goals [OPTION VALUE]...     what this library wants to reach, and how far it is
        --forks N           JVMs for each figure of plain maps and this library (1)
        --peer-forks N      and of the peers, if -Ppeers has brought them       (1)
      """;

  private static final int WINDOW = 64;
  private static final List<Integer> CALLERS = List.of(1, 4);
  private static final String DEDICATED = "kv/linearizable/dedicated";
  private static final String MICRORAFT = "microraft";
  private static final double LONGEST_MICROS = 10_000;

  /** The ratio of a level to plain maps, with one caller and with four. */
  private record MapGoal(Consistency level, Mix mix, String base, double one, double four) {
    double with(int callers) {
      return callers == 1 ? one : four;
    }
  }

  private static final List<MapGoal> OF_MAPS =
      List.of(
          new MapGoal(Consistency.LINEARIZABLE, Mix.WRITES, Systems.THREE_MAPS, 0.5, 0.2),
          new MapGoal(Consistency.LINEARIZABLE, Mix.FEW, Systems.THREE_MAPS, 0.5, 0.2),
          new MapGoal(Consistency.SEQUENTIAL, Mix.WRITES, Systems.THREE_MAPS, 0.5, 0.2),
          new MapGoal(Consistency.SEQUENTIAL, Mix.FEW, Systems.THREE_MAPS, 0.7, 0.3),
          new MapGoal(Consistency.CAUSAL, Mix.WRITES, Systems.THREE_MAPS, 0.5, 0.35),
          new MapGoal(Consistency.CAUSAL, Mix.FEW, Systems.MAP, 0.5, 0.4),
          new MapGoal(Consistency.EVENTUAL, Mix.WRITES, Systems.THREE_MAPS, 0.7, 0.5),
          new MapGoal(Consistency.EVENTUAL, Mix.FEW, Systems.MAP, 0.6, 0.5));

  private final Trial load;
  private Results results = new Results();

  private Goals(Trial load) {
    this.load = load;
  }

  /** Runs the command; whether every trial gave figures. */
  public static boolean run(Options options) throws IOException {
    Goals goals = new Goals(options.load(1.5, 0.8).with(Mix.WRITES, Workload.Keys.ZIPF));
    Fork fork = options.fork();
    int forks = (int) options.number("forks", 1);
    int peerForks = (int) options.number("peer-forks", 1);
    Path folder = options.folder();
    options.requireKnown();
    Plan plan = new Plan(fork, Math.max(forks, peerForks));
    goals.addTo(plan, forks, peerForks);
    goals.results = plan.perform(folder.resolve("goals.csv"));
    Page page = new Page("What kvstore wants to reach, and how far it is");
    page.say(
        "Zipfian keys, three replicas, one shard. chm is one ConcurrentHashMap, chm3 three of them"
            + " written one after the other. Medians of the forks, the longest of all; ✓ marks what"
            + " is reached.");
    page.add(goals.besideMaps());
    page.add(goals.besidePeers());
    page.add(goals.tails());
    page.add(Idleness.table());
    Comparison.charts(goals.results, page);
    page.writeTo(folder.resolve("goals.html"));
    return !plan.hasFailures();
  }

  // What is measured

  private void addTo(Plan plan, int forks, int peerForks) {
    for (Mix mix : List.of(Mix.WRITES, Mix.FEW, Mix.HALF)) {
      for (int window : mix == Mix.HALF ? List.of(1) : List.of(1, WINDOW)) {
        for (int callers : CALLERS) {
          Trial cell = cell(mix, callers, window);
          List<String> ours = new ArrayList<>(Systems.levels());
          if (window == 1 && mix != Mix.HALF) {
            ours.addAll(0, Systems.limits());
          }
          if (window == 1 && mix == Mix.WRITES) {
            ours.add(DEDICATED);
          }
          ours.forEach(system -> plan.add(cell.on(system), forks));
          if (mix != Mix.HALF) {
            peers(mix).forEach(system -> plan.add(cell.on(system), peerForks));
          }
        }
      }
    }
  }

  private Trial cell(Mix mix, int callers, int window) {
    return load.with(mix, Workload.Keys.ZIPF).with(callers, window);
  }

  /** Those that read locally write like those that do not. */
  private static List<String> peers(Mix mix) {
    return Systems.peers().stream()
        .filter(name -> mix != Mix.WRITES || !name.endsWith("-local-reads"))
        .toList();
  }

  // What has come out

  private Table besideMaps() {
    Table table =
        new Table(
            "Operations a second beside plain maps, blocking callers",
            "level",
            "mix",
            "callers",
            "1/s",
            "of",
            "ratio",
            "goal",
            "");
    for (MapGoal goal : OF_MAPS) {
      for (int callers : CALLERS) {
        Trial cell = cell(goal.mix, callers, 1);
        String system = Systems.OURS + Systems.lower(goal.level);
        OptionalDouble ratio = results.ratio(cell, system, goal.base);
        table.row(
            Systems.lower(goal.level),
            goal.mix.toString(),
            "" + callers,
            Comparison.text(results.median(cell, system, Figures::perSecond)),
            goal.base,
            Comparison.text(ratio),
            BarChart.number(goal.with(callers)),
            mark(ratio.isPresent() && ratio.getAsDouble() >= goal.with(callers)));
      }
    }
    return table;
  }

  private Table besidePeers() {
    Table table =
        new Table(
            "Operations a second beside the best peer that promises at least as much",
            "level",
            "mix",
            "callers",
            "1/s",
            "best peer",
            "its 1/s",
            "ratio",
            "goal",
            "");
    for (int window : List.of(1, WINDOW)) {
      for (Mix mix : List.of(Mix.WRITES, Mix.FEW)) {
        for (Consistency level : Consistency.values()) {
          for (int callers : CALLERS) {
            String system = Systems.OURS + Systems.lower(level);
            Trial cell = cell(mix, callers, window);
            bestPeer(cell, level)
                .ifPresent(
                    peer -> compare(table, cell, system, peer, goal(level, mix, callers, window)));
          }
        }
      }
    }
    Trial cell = cell(Mix.WRITES, 1, 1);
    if (results.systems(cell).contains(MICRORAFT)) {
      compare(table, cell, DEDICATED, MICRORAFT, 6);
    }
    return table;
  }

  private static double goal(Consistency level, Mix mix, int callers, int window) {
    if (level != Consistency.LINEARIZABLE || mix != Mix.WRITES) {
      return 2;
    }
    if (window > 1) {
      return callers == 1 ? 2.5 : 2;
    }
    return callers == 1 ? 60 : 12;
  }

  private void compare(Table table, Trial cell, String system, String peer, double goal) {
    OptionalDouble ratio = results.ratio(cell, system, peer);
    if (ratio.isPresent()) {
      table.row(
          system.substring(Systems.OURS.length()),
          cell.mix() + (cell.inFlight() == 1 ? "" : ", " + cell.inFlight() + " in flight"),
          "" + cell.callers(),
          Comparison.text(results.median(cell, system, Figures::perSecond)),
          peer,
          Comparison.text(results.median(cell, peer, Figures::perSecond)),
          Comparison.text(ratio),
          BarChart.number(goal),
          mark(ratio.getAsDouble() >= goal));
    }
  }

  private Optional<String> bestPeer(Trial cell, Consistency level) {
    return results.systems(cell).stream()
        .filter(Systems::isPeer)
        .filter(name -> Systems.guaranteeOf(name).orElseThrow().isAtLeast(level))
        .max(
            (a, b) ->
                Double.compare(
                    results.median(cell, a, Figures::perSecond).orElse(0),
                    results.median(cell, b, Figures::perSecond).orElse(0)));
  }

  private Table tails() {
    Table table =
        new Table(
            "Latencies of blocking callers, in microseconds",
            "level",
            "mix",
            "callers",
            "p50",
            "p99",
            "p99.9",
            "longest",
            "goal of p99",
            "of longest",
            "");
    for (Mix mix : List.of(Mix.WRITES, Mix.HALF, Mix.FEW)) {
      for (String system : Systems.levels()) {
        for (int callers : CALLERS) {
          Trial cell = cell(mix, callers, 1);
          double goal = goalOfP99(system, mix, callers);
          double p99 = results.median(cell, system, Figures::p99).orElse(0);
          double longest = results.most(cell, system, Figures::longest).orElse(0);
          table.row(
              system.substring(Systems.OURS.length()),
              mix.toString(),
              "" + callers,
              BarChart.number(results.median(cell, system, Figures::p50).orElse(0)),
              BarChart.number(p99),
              BarChart.number(results.median(cell, system, Figures::p999).orElse(0)),
              BarChart.number(longest),
              goal == Double.POSITIVE_INFINITY ? "-" : BarChart.number(goal),
              String.format(Locale.ROOT, "%,.0f", LONGEST_MICROS),
              mark(p99 <= goal && longest <= LONGEST_MICROS));
        }
      }
    }
    return table;
  }

  private static double goalOfP99(String system, Mix mix, int callers) {
    boolean hasGoal = mix == Mix.WRITES && system.endsWith("/linearizable");
    return hasGoal ? (callers == 1 ? 5 : 100) : Double.POSITIVE_INFINITY;
  }

  private static String mark(boolean isReached) {
    return isReached ? "✓" : "✗";
  }
}
