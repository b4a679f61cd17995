package io.kvstore.testkit.explore;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Cell;
import io.kvstore.testkit.explore.Script.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What is explored: a store, its clients, and the bounds of what may happen. */
final class Space {
  private static final int MOST_NODES = 7;
  private static final int MOST_OPERATIONS = 32;
  private static final int MOST_FAULTS = 16;

  final Cell cell;
  Consistency promise; // that it is held to
  int nodes = 3;
  List<Script> clients = List.of();
  int crashes;
  int restarts; // of nodes that have crashed
  int losses;
  int repetitions;
  int timeouts = 2; // how often time goes on
  int early = 1; // how often of these while something else could happen
  boolean keepsOrder = true; // on each link
  boolean decidesCoordination; // whether messages of view changes are choices, too
  boolean hasOwnSimulation; // that the command cannot make
  UnaryOperator<Simulation> more = UnaryOperator.identity();

  Space(Cell cell) {
    this.cell = cell;
    promise = cell.consistency();
  }

  Space copy() {
    Space copy = new Space(cell);
    copy.promise = promise;
    copy.nodes = nodes;
    copy.clients = clients;
    copy.crashes = crashes;
    copy.restarts = restarts;
    copy.losses = losses;
    copy.repetitions = repetitions;
    copy.timeouts = timeouts;
    copy.early = early;
    copy.keepsOrder = keepsOrder;
    copy.decidesCoordination = decidesCoordination;
    copy.hasOwnSimulation = hasOwnSimulation;
    copy.more = more;
    return copy;
  }

  /** Whether the histories of clients are all that counts: replicas may follow later. */
  boolean isStrong() {
    return cell.consistency().isAtLeast(Consistency.SEQUENTIAL);
  }

  /** Whether what ends before another operation begins also comes before it. */
  boolean promisesRealTime() {
    return promise != Consistency.SEQUENTIAL && promise != Consistency.CAUSAL;
  }

  /** How many nodes must stay up so that all others' operations are answered, and known. */
  int needed() {
    io.kvstore.core.replication.Cell traits =
        new io.kvstore.core.replication.Cell(cell.consistency(), cell.replication());
    return Math.max(traits.neededAmong(nodes), traits.witnessesAmong(nodes));
  }

  /** Whether the command can explore it: it does not know code. */
  boolean isForTheCommand() {
    return !hasOwnSimulation;
  }

  int operations() {
    return clients.stream().mapToInt(Script::operations).sum();
  }

  /**
   * Refuses what cannot be explored.
   *
   * @throws IllegalArgumentException with the bound that makes no sense, and what was expected
   */
  void requireSense() {
    requireBetween("nodes", nodes, 1, MOST_NODES);
    requireBetween("crashes", crashes, 0, MOST_FAULTS);
    requireBetween("restarts", restarts, 0, MOST_FAULTS);
    requireBetween("losses", losses, 0, MOST_FAULTS);
    requireBetween("repetitions", repetitions, 0, MOST_FAULTS);
    requireBetween("timeouts", timeouts, 0, MOST_FAULTS);
    requireBetween("early timeouts", early, 0, MOST_FAULTS);
    if (clients.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to explore without a client");
    }
    requireBetween("operations", operations(), 1, MOST_OPERATIONS);
    for (Script client : clients) {
      requireNode(client.node());
      client.steps().stream()
          .filter(step -> step.verb() == Verb.AT)
          .forEach(step -> requireNode(step.node()));
    }
    if (crashes > nodes - needed()) {
      throw new IllegalArgumentException(
          String.format(
              "%s on %d nodes keeps its promise through %d crashes, and %d are asked for",
              cell, nodes, nodes - needed(), crashes));
    }
    if (restarts > crashes) {
      throw new IllegalArgumentException(
          restarts + " restarts of " + crashes + " crashes: only what is down starts again");
    }
  }

  private static void requireBetween(String name, int number, int least, int most) {
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          String.format("expected %d to %d %s, not %d", least, most, name, number));
    }
  }

  private void requireNode(NodeId node) {
    if (node.number() >= nodes) {
      throw new IllegalArgumentException(
          "a client is at " + node + ", and nodes are n0 to n" + (nodes - 1));
    }
  }

  /** The options of the command {@link Explore} that explore the same. */
  String asOptions() {
    StringBuilder options = new StringBuilder("--cell " + cell + " --nodes " + nodes);
    for (Script client : clients) {
      options.append(" --client \"").append(client).append('"');
    }
    append(options, "crashes", crashes);
    append(options, "restarts", restarts);
    append(options, "losses", losses);
    append(options, "repetitions", repetitions);
    options.append(" --timeouts ").append(timeouts).append(" --early ").append(early);
    return options
        .append(
            promise == cell.consistency()
                ? ""
                : " --against " + promise.name().toLowerCase(Locale.ROOT))
        .append(keepsOrder ? "" : " --reordering yes")
        .append(decidesCoordination ? " --view-changes yes" : "")
        .toString();
  }

  private static void append(StringBuilder options, String name, int number) {
    if (number > 0) {
      options.append(" --").append(name).append(' ').append(number);
    }
  }

  /** What the choices are, in words. */
  @Override
  public String toString() {
    List<String> faults = new ArrayList<>();
    add(faults, crashes, "crash", "crashes");
    add(faults, restarts, "restart", "restarts");
    add(faults, losses, "lost message", "lost messages");
    add(faults, repetitions, "repeated message", "repeated messages");
    add(faults, timeouts, "timeout", "timeouts");
    return cell
        + (promise == cell.consistency() ? "" : " against " + promise)
        + " on "
        + nodes
        + " nodes, "
        + clients.size()
        + " clients with "
        + operations()
        + " operations ("
        + String.join(", ", clients.stream().map(String::valueOf).toList())
        + "), up to "
        + (faults.isEmpty() ? "no faults" : String.join(", ", faults))
        + (timeouts == 0 ? "" : " (" + Math.min(early, timeouts) + " early)")
        + "; links "
        + (keepsOrder ? "keep" : "do not keep")
        + " their order, messages of view changes "
        + (decidesCoordination ? "are choices" : "arrive at once");
  }

  private static void add(List<String> faults, int number, String one, String several) {
    if (number > 0) {
      faults.add(number + " " + (number == 1 ? one : several));
    }
  }
}
