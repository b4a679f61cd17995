package io.kvstore.examples.bench;

import io.kvstore.core.Placement;
import io.kvstore.examples.bench.compare.Options;
import io.kvstore.examples.bench.compare.Table;
import io.kvstore.testkit.campaign.Cell;
import io.kvstore.testkit.campaign.Chaos;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Rounds of chaos on real threads: clients with all operations, and several administrators, in each
 * cell of the matrix and each placement.
 */
final class ChaosRounds {
  static final String HELP =
      """
      chaos [OPTION VALUE]...     clients and administrators all at once on real threads, judged
        --seconds N         how long, in all (1800)
        --round N           seconds of one round, of which each store has many (3)
        --seed N            of what is asked and done (1)
      """;

  /** What came of all rounds of a kind of store. */
  private static final class Tally {
    private int rounds;
    private int operations;
    private int refused;
    private int undecided;
    private int faults;
    private final Map<String, Integer> events = new LinkedHashMap<>();

    void add(Chaos.Result result) {
      rounds++;
      operations += result.operations();
      refused += result.refused();
      undecided += result.undecided();
      faults += result.faults().size();
      result.events().forEach((kind, times) -> events.merge(kind, times, Integer::sum));
    }

    String events(String kind) {
      return Integer.toString(events.getOrDefault(kind, 0));
    }
  }

  private ChaosRounds() {}

  /** Runs it; tells whether nothing was wrong. */
  static boolean run(Options options) throws InterruptedException {
    long seconds = (long) options.number("seconds", 1_800);
    Duration round = Duration.ofSeconds((long) options.number("round", 3));
    long seed = (long) options.number("seed", 1);
    options.requireKnown();
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off"); // crashes are on purpose
    Map<String, Tally> tallies = new LinkedHashMap<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (boolean isFirst = true; isFirst || System.nanoTime() < end; isFirst = false) {
      for (Cell cell : Cell.all()) {
        for (Placement placement : Placement.values()) {
          if (isFirst || System.nanoTime() < end) {
            seed++;
            String store = cell + ", " + placement;
            Chaos.Result result = Chaos.run(cell, placement, seed, round);
            tallies.computeIfAbsent(store, name -> new Tally()).add(result);
            for (String fault : result.faults()) {
              System.out.println(store + ", seed " + seed + ": " + fault);
            }
          }
        }
      }
    }
    System.out.print(table(tallies).text());
    return tallies.values().stream().allMatch(tally -> tally.faults == 0);
  }

  private static Table table(Map<String, Tally> tallies) {
    Table table =
        new Table(
            "chaos",
            "store",
            "rounds",
            "operations",
            "refused",
            "views",
            "crashes",
            "joined",
            "removed",
            "undecided",
            "wrong");
    tallies.forEach(
        (store, tally) ->
            table.row(
                store,
                "" + tally.rounds,
                "" + tally.operations,
                "" + tally.refused,
                tally.events("ViewDecided"),
                tally.events("Crashed"),
                tally.events("Added"),
                tally.events("Removed"),
                "" + tally.undecided,
                "" + tally.faults));
    return table;
  }
}
