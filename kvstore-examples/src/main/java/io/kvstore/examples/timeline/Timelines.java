package io.kvstore.examples.timeline;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static io.kvstore.Replication.BROADCAST;
import static io.kvstore.Replication.CHAIN;
import static io.kvstore.Replication.LOCKING;
import static io.kvstore.Replication.PRIMARY;
import static io.kvstore.Replication.QUORUM;
import static io.kvstore.Replication.RAFT;
import static io.kvstore.Replication.SHARED_LOG;
import static io.kvstore.Replication.TOTAL_ORDER;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Two experiments of BespoKV (Anwar and others, SC 2018) in virtual time, on links on which every
 * message takes a millisecond: a store that moves to another cell under load (its figure 10), and
 * one that loses a node (its figure 16), of three nodes or of nine.
 *
 * <pre>
 *   mvn -q compile exec:java -Dexample=timeline.Timelines                    prints the tables
 *   mvn -q compile exec:java -Dexample=timeline.Timelines -Dexec.args=docs/pictures   and draws them
 * </pre>
 */
public final class Timelines {
  private static final int NODES = 3;
  private static final int CLIENTS = 6;
  private static final Duration A_MOMENT = Duration.ofMillis(1);
  private static final Duration BEFORE_THE_MOVE = Duration.ofSeconds(20);
  private static final Duration AFTER_THE_MOVE = Duration.ofSeconds(10);
  private static final Duration BEFORE_THE_CRASH = Duration.ofSeconds(3);
  private static final Duration AFTER_THE_CRASH = Duration.ofSeconds(4);

  private record Cell(String name, Consistency consistency, Replication replication) {}

  private record PlacedCrash(
      String who, Consistency consistency, Replication replication, int node, boolean staysPut) {}

  private record Crash(String who, Consistency consistency, Replication replication, int node) {}

  private static final List<Cell> TARGETS =
      List.of(
          new Cell("MS+SC", LINEARIZABLE, CHAIN),
          new Cell("AA+EC", EVENTUAL, SHARED_LOG),
          new Cell("AA+SC", LINEARIZABLE, LOCKING));

  private static final List<Crash> CRASHES =
      List.of(
          new Crash("the head", LINEARIZABLE, CHAIN, 0),
          new Crash("the tail", LINEARIZABLE, CHAIN, 2),
          new Crash("the primary", EVENTUAL, PRIMARY, 0),
          new Crash("a backup", EVENTUAL, PRIMARY, 2),
          new Crash("any member", LINEARIZABLE, TOTAL_ORDER, 1),
          new Crash("any member", EVENTUAL, BROADCAST, 1),
          new Crash("the sequencer", EVENTUAL, SHARED_LOG, 0),
          new Crash("another member", EVENTUAL, SHARED_LOG, 2),
          new Crash("the leader", LINEARIZABLE, RAFT, 0),
          new Crash("a follower", LINEARIZABLE, RAFT, 2),
          new Crash("any member", LINEARIZABLE, QUORUM, 1),
          new Crash("any member", EVENTUAL, QUORUM, 1),
          new Crash("the lock service", LINEARIZABLE, LOCKING, 0),
          new Crash("another member", LINEARIZABLE, LOCKING, 1));

  private static final List<String> KEYS_OF_SHARDS = List.of("a", "b", "c");

  private static final List<PlacedCrash> PLACED_CRASHES =
      List.of(
          new PlacedCrash("the head", LINEARIZABLE, CHAIN, 0, false),
          new PlacedCrash("the tail", LINEARIZABLE, CHAIN, 2, false),
          new PlacedCrash("the primary", EVENTUAL, PRIMARY, 0, false),
          new PlacedCrash("a backup, whose clients stay,", EVENTUAL, PRIMARY, 2, true),
          new PlacedCrash("a backup, whose clients go over,", EVENTUAL, PRIMARY, 2, false));

  private final PrintStream out;

  private Timelines(PrintStream out) {
    this.out = out;
  }

  /** Prints the tables; draws them into a folder, if one is given. */
  public static void main(String... arguments) throws IOException {
    TimelineChart moves = moves(System.out);
    System.out.println();
    TimelineChart crashes = crashes(System.out);
    System.out.println();
    TimelineChart placed = placedCrashes(System.out);
    if (arguments.length > 0) {
      Files.writeString(Path.of(arguments[0], "placed-crashes.svg"), placed.svg());
      Files.writeString(Path.of(arguments[0], "moves.svg"), moves.svg());
      Files.writeString(Path.of(arguments[0], "crashes.svg"), crashes.svg());
    }
  }

  /** A store that moves from PRIMARY at EVENTUAL to each of the other cells of the paper. */
  static TimelineChart moves(PrintStream out) {
    return new Timelines(out).moves();
  }

  /** A store of each cell that loses a node. */
  static TimelineChart crashes(PrintStream out) {
    return new Timelines(out).crashes();
  }

  /** The same of three groups on nine nodes, as in the paper. */
  static TimelineChart placedCrashes(PrintStream out) {
    return new Timelines(out).placedCrashes();
  }

  private TimelineChart moves() {
    out.println(
        "| from PRIMARY at EVENTUAL to | puts a second: before, least, after | gets | stable after |");
    out.println("| --- | --- | --- | --- |");
    TimelineChart chart = new TimelineChart("Moves under load");
    for (Cell target : TARGETS) {
      String name = target.replication + " at " + target.consistency;
      Timeline timeline = move(target);
      chart.add("PRIMARY at EVENTUAL", timeline, BEFORE_THE_MOVE, name + " (" + target.name + ")");
      row(name + " (" + target.name + ")", timeline, BEFORE_THE_MOVE);
    }
    return chart;
  }

  private Timeline move(Cell target) {
    Simulation simulation = simulation();
    Timeline timeline = new Timeline(BEFORE_THE_MOVE.plus(AFTER_THE_MOVE));
    try (KVStore<String, String> store = open(simulation, EVENTUAL, PRIMARY)) {
      Load load = new Load(simulation, timeline);
      load.addAtEachNode(store, CLIENTS / NODES);
      load.runFor(BEFORE_THE_MOVE);
      store.cluster().reconfigure(target.consistency, target.replication, Duration.ZERO);
      load.runFor(AFTER_THE_MOVE);
      load.close();
    }
    return timeline;
  }

  private TimelineChart crashes() {
    out.println("| lost | puts a second: before, least, after | gets | stable after |");
    out.println("| --- | --- | --- | --- |");
    TimelineChart chart = new TimelineChart("A node is lost");
    for (Crash crash : CRASHES) {
      String name = crash.replication + " at " + crash.consistency;
      Timeline timeline = lose(crash);
      chart.add(name, timeline, BEFORE_THE_CRASH, crash.who + " crashes");
      row(crash.who + " of " + name, timeline, BEFORE_THE_CRASH);
    }
    return chart;
  }

  private Timeline lose(Crash crash) {
    Simulation simulation = simulation();
    Timeline timeline = new Timeline(BEFORE_THE_CRASH.plus(AFTER_THE_CRASH));
    try (KVStore<String, String> store = open(simulation, crash.consistency, crash.replication)) {
      Load load = new Load(simulation, timeline);
      load.add(store, CLIENTS);
      load.runFor(BEFORE_THE_CRASH);
      store.cluster().crash(NodeId.of(crash.node));
      load.runFor(AFTER_THE_CRASH);
      load.close();
    }
    return timeline;
  }

  private TimelineChart placedCrashes() {
    out.println("| lost | puts a second: before, least, after | gets | stable after |");
    out.println("| --- | --- | --- | --- |");
    TimelineChart chart = new TimelineChart("One of nine nodes is lost");
    for (PlacedCrash crash : PLACED_CRASHES) {
      String name = crash.replication + " at " + crash.consistency;
      Timeline timeline = lose(crash);
      chart.add("three groups of " + name, timeline, BEFORE_THE_CRASH, crash.who + " crashes");
      row(crash.who + " of one of three groups of " + name, timeline, BEFORE_THE_CRASH);
    }
    return chart;
  }

  private Timeline lose(PlacedCrash crash) {
    Simulation simulation = simulation();
    Timeline timeline = new Timeline(BEFORE_THE_CRASH.plus(AFTER_THE_CRASH));
    try (KVStore<String, String> store =
        builder(simulation, crash.consistency, crash.replication)
            .nodes(KEYS_OF_SHARDS.size() * NODES)
            .splitAt("b", "c")
            .open()) {
      Load load = new Load(simulation, timeline);
      for (int shard = 0; shard < KEYS_OF_SHARDS.size(); shard++) {
        for (NodeId node : store.cluster().holders(shard)) {
          String keys = KEYS_OF_SHARDS.get(shard);
          load.add(store, true, keys);
          if (crash.staysPut) {
            load.addReaderAt(store, node, keys);
          } else {
            load.add(store, false, keys);
          }
        }
      }
      load.runFor(BEFORE_THE_CRASH);
      store.cluster().crash(NodeId.of(crash.node));
      load.runFor(AFTER_THE_CRASH);
      load.close();
    }
    return timeline;
  }

  private static Simulation simulation() {
    return Simulation.withSeed(1).links(Faults.NONE.withDelay(Delay.fixed(A_MOMENT)));
  }

  private static KVStore<String, String> open(
      Simulation simulation, Consistency consistency, Replication replication) {
    return builder(simulation, consistency, replication).open();
  }

  private static StoreBuilder<String, String> builder(
      Simulation simulation, Consistency consistency, Replication replication) {
    return KVStore.builder()
        .consistency(consistency)
        .replication(replication)
        .replicas(NODES)
        .engine(simulation);
  }

  private void row(String name, Timeline timeline, Duration moment) {
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %.2f s |%n",
        name,
        figures(timeline, true, moment),
        figures(timeline, false, moment),
        timeline.stableAfter(moment).toMillis() / 1e3);
  }

  private static String figures(Timeline timeline, boolean isPut, Duration moment) {
    return String.format(
        Locale.ROOT,
        "%.0f / %.0f / %.0f",
        timeline.before(isPut, moment),
        timeline.least(isPut, moment),
        timeline.atLast(isPut));
  }
}
