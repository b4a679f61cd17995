package io.kvstore.examples.timeline;

import static java.util.Objects.requireNonNull;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Clients on machines of their own, each of which asks for one thing after the other, as soon as it
 * has an answer: half of what they ask for are puts.
 */
final class ClosedLoop {
  private static final Duration STEP = Duration.ofNanos(10_000);
  private static final int KEYS = 1_000;

  /** Which member of a shard a client asks. */
  interface Choice {
    NodeId of(List<NodeId> members, boolean isPut, RandomGenerator random);
  }

  private record Client(int number, int shard, String keys) {}

  private record Due(long at, long number, Runnable action) {}

  private final Simulation simulation;
  private final Machines machines;
  private final KVStore<String, String> store;
  private final Choice choice;
  private final long hopNanos;
  private final RandomGenerator random = new SplittableRandom(1);
  private final Map<NodeId, Session<String, String>> sessions = new TreeMap<>();
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
  private final Map<Integer, CompletableFuture<?>> underWay = new TreeMap<>(); // by client
  private int clients;
  private long numbers;
  private long answers;
  private long waitedNanos;

  ClosedLoop(
      Simulation simulation,
      Machines machines,
      KVStore<String, String> store,
      Choice choice,
      Duration hop) {
    this.simulation = simulation;
    this.machines = machines;
    this.store = store;
    this.choice = choice;
    hopNanos = hop.toNanos();
    store.cluster().nodes().forEach(node -> sessions.put(node, store.at(node)));
  }

  /** Adds a client that asks for keys of one shard, which begin like this. */
  void add(int shard, String keys) {
    Client client = new Client(++clients, shard, keys);
    at(now(), () -> ask(client));
  }

  private void ask(Client client) {
    long begun = now();
    boolean isPut = random.nextBoolean();
    String key = client.keys + random.nextInt(KEYS);
    NodeId node = choice.of(store.cluster().holders(client.shard), isPut, random);
    Session<String, String> session = requireNonNull(sessions.get(node), "a session");
    at(
        machines.served(node, begun + hopNanos),
        () -> {
          CompletableFuture<?> answer =
              isPut ? session.async().put(key, "v") : session.async().get(key);
          underWay.put(
              client.number,
              answer.thenRun(() -> at(now() + hopNanos, () -> answered(begun, client))));
        });
  }

  private void answered(long begun, Client client) {
    answers++;
    waitedNanos += now() - begun;
    ask(client);
  }

  private long now() {
    return Simulation.BEGINNING_NANOS + simulation.elapsed().toNanos();
  }

  private void at(long time, Runnable action) {
    due.add(new Due(time, ++numbers, action));
  }

  /** Goes on for so long. */
  void runFor(Duration length) {
    long end = now() + length.toNanos();
    while (now() < end) {
      while (!due.isEmpty() && due.element().at() <= now()) {
        due.remove().action().run();
      }
      simulation.runFor(STEP);
    }
  }

  /** What was answered until now does not count. */
  void forget() {
    answers = 0;
    waitedNanos = 0;
  }

  /** How much was answered. */
  long answers() {
    return answers;
  }

  /** How long an answer took on the average, in milliseconds. */
  double millisecondsOfAnAnswer() {
    return waitedNanos / 1e6 / Math.max(1, answers);
  }

  /** Ends, if none was refused anything: its client would ask for nothing more. */
  void close() {
    if (underWay.values().stream().anyMatch(CompletableFuture::isCompletedExceptionally)) {
      throw new IllegalStateException("a client was refused what it has asked for");
    }
    sessions.values().forEach(Session::close);
  }
}
