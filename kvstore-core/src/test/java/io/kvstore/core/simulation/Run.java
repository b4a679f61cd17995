package io.kvstore.core.simulation;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A cluster of one cell with clients and faults, all drawn from one seed, and what was seen of it.
 *
 * @param history what the clients saw
 * @param contents what each replica held in the end
 * @param repairedAt the moment in the history from which on everything worked
 * @param mayForget whether a crash may have taken answered writes away: the store was asked to
 *     answer when one member holds a write
 */
record Run(
    Cell cell,
    long seed,
    History history,
    Map<NodeId, Map<Bytes, Entry>> contents,
    long repairedAt,
    boolean mayForget) {

  private static final int STEPS = 1_500;
  private static final int QUIET_WITHIN_SECONDS = 60;

  /** Does it all. */
  static Run of(Cell cell, long seed) {
    return of(cell, seed, Optional.empty());
  }

  /** Does it all, with somebody listening. */
  static Run of(Cell cell, long seed, Trace trace) {
    return of(cell, seed, Optional.of(trace));
  }

  private static Run of(Cell cell, long seed, Optional<Trace> trace) {
    RandomGenerator random = new SplittableRandom(seed);
    int replicaCount = random.nextInt(8) == 0 ? 5 : 3;
    int acks = cell.isStrong() ? 1 : 1 + random.nextInt(2);
    Replicas replicas = new Replicas(random.nextInt(4) == 0);
    Simulation silent = Simulation.withSeed(seed).datalet(replicas);
    Simulation simulation = trace.map(silent::trace).orElse(silent);
    try (KVStore<String, String> store =
        KVStore.builder()
            .engine(simulation)
            .consistency(cell.consistency())
            .replication(cell.replication())
            .replicas(replicaCount)
            .acks(acks)
            .timeout(Duration.ofMillis(random.nextInt(1_000, 2_001)))
            .open()) {
      int mostDown = mostDown(cell, replicaCount, acks);
      Weather weather = new Weather(store.cluster(), random, mostDown);
      Client.Notes notes = new Client.Notes();
      List<Client> clients = new ArrayList<>();
      for (int i = random.nextInt(2, 6); i > 0; i--) {
        clients.add(new Client(store, notes, cell.isStrong()));
      }
      Work work = new Work(cell, random, store.cluster().nodes());
      live(simulation, random, weather, work, clients);
      weather.clear();
      awaitQuiet(simulation, cell, seed);
      long repairedAt = notes.now();
      lookAround(simulation, store, work, new Client(store, notes, cell.isStrong()));
      awaitQuiet(simulation, cell, seed);
      return new Run(
          cell,
          seed,
          notes.history(),
          replicas.contents(),
          repairedAt,
          weather.crashes() && acks == 1 && !cell.isStrong());
    }
  }

  /**
   * How many nodes may be down at once: at the strong levels, all but one. At the causal level, as
   * many as cannot take away what a session has seen.
   */
  private static int mostDown(Cell cell, int replicaCount, int acks) {
    return cell.isStrong() ? replicaCount - 1 : cell.isCausal() ? acks - 1 : 1;
  }

  private static void live(
      Simulation simulation,
      RandomGenerator random,
      Weather weather,
      Work work,
      List<Client> clients) {
    int idleness = 1 << random.nextInt(6);
    int calmness = 10 << random.nextInt(5);
    long longestNanos = 1_000_000L << random.nextInt(6);
    for (int i = 0; i < STEPS; i++) {
      simulation.runFor(Duration.ofNanos(random.nextLong(longestNanos)));
      if (random.nextInt(calmness) == 0) {
        weather.change();
      }
      for (Client client : clients) {
        if (!client.isBusy() && random.nextInt(idleness) == 0 && work.goesOn()) {
          work.next(client, clients);
        }
      }
    }
  }

  /** Once everything works and nobody asks for anything, there must come an end to all messages. */
  private static void awaitQuiet(Simulation simulation, Cell cell, long seed) {
    for (int second = 0; second < QUIET_WITHIN_SECONDS; second++) {
      long before = simulation.events();
      simulation.runFor(Duration.ofSeconds(1));
      if (simulation.events() == before) {
        return;
      }
    }
    throw new Violation(
        cell
            + " is not quiet "
            + QUIET_WITHIN_SECONDS
            + " seconds after the last operation, seed "
            + seed);
  }

  /** Every replica serves again: it takes a write, and shows all keys. */
  private static void lookAround(
      Simulation simulation, KVStore<String, String> store, Work work, Client client) {
    for (NodeId node : store.cluster().nodes()) {
      client.beginAt(node);
      for (Action action : work.lastActions()) {
        client.perform(action);
        simulation.runFor(Duration.ofSeconds(5));
      }
    }
  }
}
