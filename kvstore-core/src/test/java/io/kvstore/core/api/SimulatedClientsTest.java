package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Versioned;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several clients of one simulation, written as ordinary blocking code. */
@Timeout(60)
class SimulatedClientsTest {
  private static KVStore<String, String> open(Simulation simulation) {
    return KVStore.builder().engine(simulation).open();
  }

  @Test
  void compareAndSetLoopsOfManyClientsLoseNothing() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store = open(simulation)) {
      store.put("count", "0");
      for (int client = 0; client < 5; client++) {
        simulation.client("counter " + client, () -> countTo(20, store.session()));
      }
      simulation.runClients();
      assertThat(store.get("count")).contains("100");
    }
  }

  private static void countTo(int times, KVStore<String, String> store) {
    for (int done = 0; done < times; ) {
      Versioned<String> seen = store.getVersioned("count").orElseThrow();
      String next = Integer.toString(Integer.parseInt(seen.value()) + 1);
      done += store.replace("count", seen.version(), next) ? 1 : 0;
    }
  }

  @Test
  void othersMayBeginWhenAllHaveEnded() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store = open(simulation)) {
      simulation.client("failing", () -> assertThat(1).isZero());
      simulation.client("waiting", () -> simulation.runFor(Duration.ofDays(1)));
      assertThatThrownBy(simulation::runClients).isInstanceOf(AssertionError.class);
      for (String value : List.of("first", "second")) {
        simulation.client("writer", () -> store.put("k", value));
        simulation.runClients();
        assertThat(store.get("k")).contains(value);
      }
    }
  }

  @Test
  void theSeedDecidesWhoOvertakesWhom() {
    Set<List<String>> orders = new TreeSet<>((one, other) -> one.toString().compareTo("" + other));
    for (long seed = 0; seed < 10; seed++) {
      assertThat(orderWith(seed)).as("seed %s", seed).isEqualTo(orderWith(seed));
      orders.add(orderWith(seed));
    }
    assertThat(orders).hasSizeGreaterThan(3);
  }

  private static List<String> orderWith(long seed) {
    List<String> order = new ArrayList<>();
    Simulation simulation = Simulation.withSeed(seed);
    try (KVStore<String, String> store = open(simulation)) {
      for (String name : List.of("a", "b", "c")) {
        simulation.client(
            name,
            () -> {
              for (int i = 0; i < 3; i++) {
                store.put(name, "v");
                order.add(name);
              }
            });
      }
      simulation.runClients();
    }
    return order;
  }

  @Test
  void aClientMayBreakWhatTheOthersUse() {
    Simulation simulation = Simulation.withSeed(7);
    try (KVStore<String, String> store = open(simulation)) {
      List<String> seen = new ArrayList<>();
      simulation.client(
          "user",
          () -> {
            Session<String, String> session = store.at(NodeId.of(1));
            session.put("k", "before");
            simulation.runFor(Duration.ofSeconds(2));
            try {
              session.put("k", "meanwhile");
            } catch (UnavailableException down) {
              seen.add("down");
            }
            simulation.runFor(Duration.ofSeconds(2));
            session.put("k", "after");
            seen.add(session.get("k").orElseThrow());
          });
      for (String nemesis : List.of("first", "second")) { // both hold the cluster's lock in turn
        simulation.client(
            nemesis,
            () -> {
              simulation.runFor(Duration.ofSeconds(1));
              store.cluster().crash(NodeId.of(1));
              simulation.runFor(Duration.ofSeconds(2));
              store.cluster().restart(NodeId.of(1));
            });
      }
      simulation.runClients();
      assertThat(seen).containsExactly("down", "after");
      assertThat(simulation.elapsed()).isGreaterThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void whatAClientThrowsComesOutAndEndsTheOthers() {
    Simulation simulation = Simulation.withSeed(7);
    try (KVStore<String, String> store = open(simulation)) {
      List<Thread> threads = new ArrayList<>();
      simulation.client(
          "patient",
          () -> {
            threads.add(Thread.currentThread());
            simulation.runFor(Duration.ofDays(1));
          });
      simulation.client("wrong", () -> assertThat(store.get("k")).contains("v"));
      assertThatThrownBy(simulation::runClients)
          .isInstanceOf(AssertionError.class)
          .satisfies(error -> assertThat(error.getSuppressed()[0]).hasMessageContaining("wrong"));
      assertThat(threads).noneMatch(Thread::isAlive);
    }
  }

  @Test
  void whoWaitsForSomethingElseIsToldSo() {
    Simulation simulation = Simulation.withSeed(7);
    try (KVStore<String, String> store = open(simulation)) {
      simulation.client("stuck", () -> store.async().put("k", "v").join());
      assertThatThrownBy(simulation::runClients)
          .hasMessageContaining("the client stuck waits for something outside of the simulation")
          .hasMessageContaining("runUntilDone");
    }
  }

  @Test
  void whoWaitsForWhatNeverHappensIsToldSo() {
    Simulation simulation = Simulation.withSeed(7);
    try (KVStore<String, String> store = open(simulation)) {
      simulation.client("dreamer", () -> simulation.runUntilDone(new CompletableFuture<>()));
      assertThatThrownBy(simulation::runClients).hasMessageContaining("[dreamer]");
      assertThat(store.get("k")).isEmpty(); // and the store goes on
    }
  }

  @Test
  void aFutureCanBeAwaitedByAClient() {
    Simulation simulation = Simulation.withSeed(7);
    try (KVStore<String, String> store = open(simulation)) {
      simulation.client(
          "asynchronous",
          () -> {
            CompletableFuture<?> put = store.async().put("k", "v");
            simulation.runUntilDone(put);
            assertThat(put).isCompleted();
          });
      simulation.runClients();
      assertThat(store.get("k")).contains("v");
    }
  }
}
