package io.kvstore.examples.timeline;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Clients that ask for one thing after the other, in the millisecond after each answer, under keys
 * that are drawn: in turns one that only puts, and one that only gets.
 */
final class Load {
  private static final Duration STEP = Duration.ofMillis(1);
  private static final int KEYS = 1_000;

  private static final class Client {
    final Session<String, String> session;
    final boolean puts;
    final String keys; // what they begin with
    CompletableFuture<?> answer = CompletableFuture.completedFuture("none yet");

    Client(Session<String, String> session, boolean puts, String keys) {
      this.session = session;
      this.puts = puts;
      this.keys = keys;
    }
  }

  private final Simulation simulation;
  private final Timeline timeline;
  private final List<Client> clients = new ArrayList<>();
  private final RandomGenerator random = new SplittableRandom(1);

  Load(Simulation simulation, Timeline timeline) {
    this.simulation = simulation;
    this.timeline = timeline;
  }

  /** Adds clients of each node, who stay with it. */
  void addAtEachNode(KVStore<String, String> store, int clientsOfANode) {
    for (NodeId node : store.cluster().nodes()) {
      for (int i = 0; i < clientsOfANode; i++) {
        clients.add(new Client(store.at(node), i % 2 == 0, "k"));
      }
    }
  }

  /** Adds clients who talk to whatever node serves them. */
  void add(KVStore<String, String> store, int number) {
    for (int i = 0; i < number; i++) {
      clients.add(new Client(store.session(), i % 2 == 0, "k"));
    }
  }

  /** Adds a client who talks to whatever node serves it, and asks for some of the keys only. */
  void add(KVStore<String, String> store, boolean puts, String keys) {
    clients.add(new Client(store.session(), puts, keys));
  }

  /** Adds one who stays with a node, and only gets. */
  void addReaderAt(KVStore<String, String> store, NodeId node, String keys) {
    clients.add(new Client(store.at(node), false, keys));
  }

  /** Goes on for so long. */
  void runFor(Duration length) {
    Duration end = simulation.elapsed().plus(length);
    while (simulation.elapsed().compareTo(end) < 0) {
      clients.forEach(this::goOn);
      simulation.runFor(STEP);
    }
  }

  private void goOn(Client client) {
    if (client.answer.isDone()) { // or refused, or unknown: then nothing is counted
      ask(client);
    }
  }

  private void ask(Client client) {
    String key = client.keys + random.nextInt(KEYS);
    CompletableFuture<?> answer =
        client.puts ? client.session.async().put(key, "v") : client.session.async().get(key);
    client.answer = answer.thenRun(() -> timeline.answered(client.puts, simulation.elapsed()));
  }

  void close() {
    clients.forEach(client -> client.session.close());
  }
}
