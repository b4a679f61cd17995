package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a deposed primary has performed is performed once by the group that goes on. */
final class LeftOverUpdatesTest {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);
  private static final int SEEDS = 30;

  private static KVStore<String, String> open(Simulation simulation) {
    return KVStore.builder()
        .consistency(Consistency.EVENTUAL)
        .replication(Replication.PRIMARY)
        .engine(simulation)
        .open();
  }

  /**
   * The primary hears the others, who do not hear it: it performs what they ask, and is deposed.
   */
  @Test
  void whatIsAskedForAgainOfTheNextPrimaryTakesEffectOnce() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Simulation simulation = Simulation.withSeed(seed);
      try (KVStore<String, String> store = open(simulation)) {
        Cluster cluster = store.cluster();
        cluster.network().cutOneWay(N0, N1);
        cluster.network().cutOneWay(N0, N2);
        cluster.network().cutOneWay(N0, NodeId.COORDINATOR);
        List<CompletableFuture<Long>> adds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          CompletableFuture<Long> add = store.at(N1).async().add("counter", 1);
          adds.add(add);
          simulation.runUntilDone(add); // the next one has the same line of requests
        }
        // Answered by the deposed primary alone: it stays done.
        CompletableFuture<Long> alone = store.at(N0).async().add("alone", 1);
        simulation.runFor(Duration.ofSeconds(2));
        cluster.network().heal();
        simulation.runFor(Duration.ofSeconds(5));

        long answered = adds.stream().filter(add -> !add.isCompletedExceptionally()).count();
        assertThat(answered).isPositive();
        for (NodeId node : cluster.nodes()) {
          long counted = Long.parseLong(store.at(node).get("counter").orElse("0"));
          assertThat(counted).as("seed %s at %s", seed, node).isBetween(answered, 4L);
          if (!alone.isCompletedExceptionally()) {
            assertThat(store.at(node).get("alone")).as("seed %s at %s", seed, node).contains("1");
          }
        }
      }
    }
  }

  /** Two members of the old view have the same: what one has brought back, the other does not. */
  @Test
  void whatTwoMembersBringBackTakesEffectOnce() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Simulation simulation = Simulation.withSeed(seed);
      try (KVStore<String, String> store =
          KVStore.builder()
              .consistency(Consistency.EVENTUAL)
              .replication(Replication.PRIMARY)
              .replicas(5)
              .engine(simulation)
              .open()) {
        Cluster cluster = store.cluster();
        for (NodeId stayed : List.of(N2, NodeId.of(3), NodeId.of(4), NodeId.COORDINATOR)) {
          cluster.network().cut(N0, stayed);
          cluster.network().cut(N1, stayed);
        }
        for (int i = 0; i < 3; i++) {
          store.at(N0).add("counter", 1);
          simulation.runFor(Duration.ofMillis(5));
        }
        simulation.runFor(Duration.ofSeconds(2));
        store.at(N2).put("k", "v");
        for (NodeId other : List.of(N2, NodeId.of(3), NodeId.of(4), NodeId.COORDINATOR)) {
          cluster.network().heal(seed % 2 == 0 ? N0 : N1, other);
        }
        simulation.runFor(Duration.ofMillis(50L * (seed % 7)));
        cluster.network().heal();
        simulation.runFor(Duration.ofSeconds(5));

        for (NodeId node : cluster.nodes()) {
          assertThat(store.at(node).get("counter")).as("seed %s at %s", seed, node).contains("3");
        }
      }
    }
  }

  /**
   * The primary has long forgotten single operations that one member lacks when that member goes on
   * alone. Both sides go on for long then.
   */
  @Test
  void nothingIsLostHoweverFarTheOthersWereBehind() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Simulation simulation = Simulation.withSeed(seed);
      try (KVStore<String, String> store =
          KVStore.builder()
              .consistency(Consistency.EVENTUAL)
              .replication(Replication.PRIMARY)
              .limits(Limits.DEFAULT.withOwedBytes(2_000))
              .engine(simulation)
              .open()) {
        Cluster cluster = store.cluster();
        store.at(N0).add("counter", 1);
        store.at(N0).put("removed", "v");
        simulation.runFor(Duration.ofSeconds(1));
        cluster.network().cut(N0, N2);
        write(store, simulation, N0, "first", 50 + seed);
        store.at(N0).remove("removed");
        write(store, simulation, N0, "second", 100);
        for (NodeId stayed : List.of(N0, N1)) {
          cluster.network().cut(stayed, N2);
          cluster.network().cut(stayed, NodeId.COORDINATOR);
        }
        simulation.runUntil(() -> cluster.view(0).members().equals(List.of(N2)));
        write(store, simulation, N2, "third", 150);
        write(store, simulation, N0, "fourth", 100);
        cluster.network().heal();
        simulation.runFor(Duration.ofSeconds(5));

        for (NodeId node : cluster.nodes()) {
          String where = "seed " + seed + " at " + node;
          assertThat(store.at(node).get("counter")).as(where).contains("" + (401 + seed));
          assertThat(store.at(node).get("removed")).as(where).isEmpty();
          assertThat(store.at(node).get("text").orElse("")).as(where).hasSize(400 + seed);
          for (String name : List.of("first", "second", "third", "fourth")) {
            assertThat(store.at(node).get(name)).as(where).contains("done");
          }
        }
      }
    }
  }

  /** A primary is installed in a view that is given up; what it has, it has from before. */
  @Test
  void nothingIsLostWithAViewThatIsNotDecided() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Simulation simulation = Simulation.withSeed(seed);
      try (KVStore<String, String> store = open(simulation)) {
        Cluster cluster = store.cluster();
        store.at(N0).add("counter", 1);
        simulation.runFor(Duration.ofSeconds(1));
        cluster.network().cut(N0, N1);
        cluster.network().cut(N0, N2);
        for (int i = 0; i < 10; i++) {
          store.at(N0).add("counter", 1);
        }
        cluster.crash(N1);
        cluster.restart(N1);
        simulation.runFor(Duration.ofNanos(50_000L * (seed % 30)));
        // The primary alone is told of the next view; before that is decided, another follows.
        cluster.network().cutOneWay(NodeId.COORDINATOR, N1);
        cluster.network().cutOneWay(NodeId.COORDINATOR, N2);
        simulation.runFor(Duration.ofMillis(20));
        cluster.network().cut(N0, NodeId.COORDINATOR);
        simulation.runFor(Duration.ofSeconds(1));
        cluster.network().heal(NodeId.COORDINATOR, N1);
        cluster.network().heal(NodeId.COORDINATOR, N2);
        simulation.runFor(Duration.ofSeconds(2));
        cluster.network().heal();
        simulation.runFor(Duration.ofSeconds(5));

        for (NodeId node : cluster.nodes()) {
          assertThat(store.at(node).get("counter")).as("seed %s at %s", seed, node).contains("11");
        }
      }
    }
  }

  private static void write(
      KVStore<String, String> store, Simulation simulation, NodeId node, String name, int times) {
    for (int i = 0; i < times; i++) {
      store.at(node).add("counter", 1);
      store.at(node).append("text", name.substring(0, 1));
      simulation.runFor(Duration.ofMillis(20));
    }
    store.at(node).put(name, "done");
  }
}
