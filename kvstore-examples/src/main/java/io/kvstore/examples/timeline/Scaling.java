package io.kvstore.examples.timeline;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static io.kvstore.Replication.CHAIN;
import static io.kvstore.Replication.LOCKING;
import static io.kvstore.Replication.PRIMARY;
import static io.kvstore.Replication.SHARED_LOG;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import io.kvstore.examples.timeline.LineChart.Point;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Two more experiments of BespoKV (Anwar and others, SC 2018), as shapes: how much more is answered
 * with more nodes (its figure 7), and how long answers take the more is asked for (its figure 12).
 * A node takes a tenth of a millisecond for each message and each request, a link half as long.
 *
 * <pre>
 *   mvn -q compile exec:java -Dexample=timeline.Scaling                               the tables
 *   mvn -q compile exec:java -Dexample=timeline.Scaling -Dexec.args=docs/pictures     and draws them
 * </pre>
 */
public final class Scaling {
  private static final Duration HOP = Duration.ofNanos(50_000);
  private static final Duration SERVICE = Duration.ofNanos(100_000);
  private static final Duration BEFORE = Duration.ofMillis(100);
  private static final Duration COUNTED = Duration.ofMillis(100);
  private static final int REPLICAS = 3;
  private static final int CLIENTS_OF_A_SHARD = 24;
  private static final List<Integer> NODES = List.of(3, 6, 12, 24, 48);
  private static final List<Integer> CLIENTS = List.of(1, 2, 4, 8, 16, 32);

  private record Cell(
      String name, Consistency consistency, Replication replication, ClosedLoop.Choice choice) {}

  private record Result(double answersPerSecond, double millisecondsOfAnAnswer) {}

  private static final ClosedLoop.Choice ANY =
      (members, isPut, random) -> members.get(random.nextInt(members.size()));

  private static final List<Cell> CELLS =
      List.of(
          new Cell(
              "MS+SC",
              LINEARIZABLE,
              CHAIN,
              (members, isPut, random) -> members.get(isPut ? 0 : members.size() - 1)),
          new Cell(
              "MS+EC",
              EVENTUAL,
              PRIMARY,
              (members, isPut, random) -> isPut ? members.get(0) : ANY.of(members, isPut, random)),
          new Cell("AA+EC", EVENTUAL, SHARED_LOG, ANY),
          new Cell("AA+SC", LINEARIZABLE, LOCKING, ANY));

  private final PrintStream out;

  private Scaling(PrintStream out) {
    this.out = out;
  }

  /** Prints the tables; draws them into a folder, if one is given. */
  public static void main(String... arguments) throws IOException {
    LineChart nodes = moreNodes(System.out);
    System.out.println();
    LineChart clients = moreClients(System.out);
    if (arguments.length > 0) {
      Files.writeString(Path.of(arguments[0], "more-nodes.svg"), nodes.svg());
      Files.writeString(Path.of(arguments[0], "more-clients.svg"), clients.svg());
    }
  }

  /** As much as stores of 3 to 48 nodes can answer. */
  static LineChart moreNodes(PrintStream out) {
    return new Scaling(out).moreNodes();
  }

  /** How long answers take in stores of three nodes, and how many there are, with more clients. */
  static LineChart moreClients(PrintStream out) {
    return new Scaling(out).moreClients();
  }

  private LineChart moreNodes() {
    header("answers a second with", NODES, " nodes");
    LineChart chart = new LineChart("More nodes", "nodes", "answers a second");
    for (Cell cell : CELLS) {
      List<Point> points = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      for (int nodes : NODES) {
        double answers = run(cell, nodes, CLIENTS_OF_A_SHARD).answersPerSecond;
        points.add(new Point(nodes, answers));
        texts.add(text("%.0f", answers));
      }
      chart.add(cell.name, points);
      row(cell, texts);
    }
    return chart;
  }

  private LineChart moreClients() {
    header("answers a second / milliseconds of one, with", CLIENTS, " clients");
    LineChart chart =
        new LineChart("More clients", "answers a second", "milliseconds of an answer");
    for (Cell cell : CELLS) {
      List<Point> points = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      for (int clients : CLIENTS) {
        Result result = run(cell, REPLICAS, clients);
        points.add(new Point(result.answersPerSecond, result.millisecondsOfAnAnswer));
        texts.add(text("%.0f / %.1f", result.answersPerSecond, result.millisecondsOfAnAnswer));
      }
      chart.add(cell.name, points);
      row(cell, texts);
    }
    return chart;
  }

  private void header(String what, List<Integer> numbers, String unit) {
    out.print("| " + what);
    numbers.forEach(number -> out.print(" | " + number + unit));
    out.println(" |");
    out.println("| --- ".repeat(numbers.size() + 1) + "|");
  }

  private void row(Cell cell, List<String> texts) {
    String name = cell.name + ": " + cell.replication + " at " + cell.consistency;
    out.println("| " + name + " | " + String.join(" | ", texts) + " |");
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private static Result run(Cell cell, int nodes, int clientsOfAShard) {
    Machines machines = new Machines(SERVICE);
    Simulation simulation =
        Simulation.withSeed(1).links(Faults.NONE.withDelay(Delay.fixed(HOP))).decider(machines);
    List<String> keys =
        IntStream.range(0, nodes / REPLICAS).mapToObj(i -> "" + (char) ('a' + i)).toList();
    StoreBuilder<String, String> builder =
        KVStore.builder()
            .consistency(cell.consistency)
            .replication(cell.replication)
            .replicas(REPLICAS)
            .nodes(nodes)
            .engine(simulation);
    try (KVStore<String, String> store =
        builder.splitAt(keys.stream().skip(1).toArray(String[]::new)).open()) {
      ClosedLoop load = new ClosedLoop(simulation, machines, store, cell.choice, HOP);
      for (int shard = 0; shard < keys.size(); shard++) {
        for (int i = 0; i < clientsOfAShard; i++) {
          load.add(shard, keys.get(shard));
        }
      }
      load.runFor(BEFORE);
      load.forget();
      load.runFor(COUNTED);
      double perSecond = load.answers() * 1e9 / COUNTED.toNanos();
      Result result = new Result(perSecond, load.millisecondsOfAnAnswer());
      load.close();
      return result;
    }
  }
}
