package io.kvstore.examples;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What each protocol costs, counted in virtual time with links on which every message takes one
 * millisecond: so a time in milliseconds is a number of messages one after the other.
 */
public final class ProtocolCosts {
  private static final int NODES = 3;
  private static final int OPERATIONS = 60;
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration A_MOMENT = Duration.ofMillis(1);
  private static final int MOST_TRIES = 10_000;

  private final Consistency level;
  private final Replication protocol;

  private ProtocolCosts(Consistency level, Replication protocol) {
    this.level = level;
    this.protocol = protocol;
  }

  /** Prints the table. */
  public static void main(String... arguments) {
    print(System.out);
  }

  static void print(PrintStream out) {
    out.println(
        "| level | protocol | a write, at n0 / elsewhere | a read | messages a write | longest wait after a crash of n0 / n1 / n2 |");
    out.println("| --- | --- | --- | --- | --- | --- |");
    for (Consistency level : Consistency.values()) {
      for (Replication protocol : Replication.values()) {
        if (protocol.supports(level)) {
          out.println(new ProtocolCosts(level, protocol).row());
        }
      }
    }
  }

  private String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s |",
        level,
        protocol,
        atFirstAndElsewhere(this::delaysOfAPut),
        atFirstAndElsewhere(this::delaysOfAGet),
        rounded(messagesOfAPut()),
        gaps());
  }

  private Simulation simulation() {
    return Simulation.withSeed(1).links(Faults.NONE.withDelay(Delay.fixed(A_MOMENT)));
  }

  private KVStore<String, String> open(Simulation simulation) {
    return KVStore.builder()
        .consistency(level)
        .replication(protocol)
        .replicas(NODES)
        .engine(simulation)
        .open();
  }

  private static String atFirstAndElsewhere(ToDoubleFunction<NodeId> delays) {
    String first = rounded(delays.applyAsDouble(NodeId.of(0)));
    String elsewhere =
        rounded(
            IntStream.range(1, NODES)
                .mapToDouble(node -> delays.applyAsDouble(NodeId.of(node)))
                .average()
                .orElseThrow());
    return first + " / " + elsewhere;
  }

  /** {@code 2} or {@code 1.3}. */
  private static String rounded(double number) {
    String text = String.format(Locale.ROOT, "%.1f", number);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** How many messages one after the other a client at a node waits for that writes. */
  private double delaysOfAPut(NodeId node) {
    Simulation simulation = simulation();
    try (KVStore<String, String> store = open(simulation);
        Session<String, String> client = store.at(node)) {
      return delaysOf(simulation, key -> client.put(key, "v"));
    }
  }

  /** The same, of one that reads what was written long ago. */
  private double delaysOfAGet(NodeId node) {
    Simulation simulation = simulation();
    try (KVStore<String, String> store = open(simulation);
        Session<String, String> client = store.at(node)) {
      keys().forEach(key -> store.put(key, "v"));
      simulation.runFor(QUIET);
      return delaysOf(simulation, client::get);
    }
  }

  private interface Call {
    void on(String key);
  }

  private static double delaysOf(Simulation simulation, Call call) {
    Duration begun = simulation.elapsed();
    keys().forEach(call::on);
    double taken = simulation.elapsed().minus(begun).toNanos();
    return taken / A_MOMENT.toNanos() / OPERATIONS;
  }

  private static List<String> keys() {
    return IntStream.range(0, OPERATIONS).mapToObj(number -> "k" + number).toList();
  }

  /** How many messages a write makes in all, of clients everywhere, until nothing is left to do. */
  private double messagesOfAPut() {
    Simulation simulation = simulation();
    try (KVStore<String, String> store = open(simulation)) {
      List<Session<String, String>> clients = new ArrayList<>();
      store.cluster().nodes().forEach(node -> clients.add(store.at(node)));
      simulation.runFor(QUIET);
      long before = sent(store.cluster());
      for (String key : keys()) {
        clients.forEach(client -> client.put(key, "v"));
        simulation.runFor(QUIET);
      }
      return (double) (sent(store.cluster()) - before) / (OPERATIONS * NODES);
    }
  }

  private static long sent(Cluster cluster) {
    return cluster.replicas().stream().mapToLong(replica -> replica.traffic().sent()).sum();
  }

  private String gaps() {
    List<String> gaps = new ArrayList<>();
    for (int crashed = 0; crashed < NODES; crashed++) {
      gaps.add(longestGap(NodeId.of(crashed)).toMillis() + " ms");
    }
    return String.join(" / ", gaps);
  }

  /** How long a client at any other node waits at the most for a write, from a crash on. */
  private Duration longestGap(NodeId crashed) {
    Simulation simulation = simulation();
    try (KVStore<String, String> store = open(simulation)) {
      keys().forEach(key -> store.put(key, "v"));
      simulation.runFor(QUIET);
      store.cluster().crash(crashed);
      Duration longest = Duration.ZERO;
      for (NodeId node : store.cluster().nodes()) {
        if (!node.equals(crashed)) {
          try (Session<String, String> client = store.at(node)) {
            for (String key : keys()) {
              Duration begun = simulation.elapsed();
              writeAtLast(simulation, client, key);
              Duration waited = simulation.elapsed().minus(begun);
              longest = waited.compareTo(longest) > 0 ? waited : longest;
            }
          }
        }
      }
      return longest;
    }
  }

  private static void writeAtLast(
      Simulation simulation, Session<String, String> client, String key) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        client.put(key, "w");
        return;
      } catch (KVStoreException notYet) {
        simulation.runFor(A_MOMENT);
      }
    }
    throw new IllegalStateException("refused " + MOST_TRIES + " times: a write of " + key);
  }
}
