package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Cluster;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables at several levels in one store, while its nodes crash, are cut off, come and go. */
class TablesInTroubleTest {
  private static final int SEEDS = Integer.getInteger("kvstore.seeds", 12);
  private static final Duration TIMEOUT = Duration.ofMillis(400);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  /** What a client knows of the counter that it alone adds to. */
  private static final class Counter {
    private final Session<String, Long> session;
    private final String key;
    private long answered;
    private long unknown;

    Counter(KVStore<String, Long> table, String key) {
      session = table.withTimeout(TIMEOUT).session();
      this.key = key;
    }

    void add() {
      try {
        session.add(key, 1);
        answered++;
      } catch (IndeterminateException mayBe) {
        unknown++;
      } catch (UnavailableException nothingDone) {
        return; // and nothing is counted
      }
    }

    void assertKept(KVStore<String, Long> table, String seed) {
      long counted = table.get(key).orElse(0L);
      assertThat(counted).as(seed).isBetween(answered, answered + unknown);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void strongTablesLoseNothingAndWeakOnesConverge(long seed) {
    Simulation simulation = Simulation.withSeed(seed);
    RandomGenerator random = new SplittableRandom(seed);
    String named = "seed " + seed;
    try (KVStore<String, Long> store =
        KVStore.builder().values(Codecs.LONG).engine(simulation).open()) {
      List<KVStore<String, Long>> strong =
          List.of(
              store,
              store.table("raft", table -> table.replication(Replication.RAFT).shards(2)),
              store.table("chain", table -> table.replication(Replication.CHAIN)),
              store.table("order", table -> table.replication(Replication.TOTAL_ORDER)));
      KVStore<String, Long> weak =
          store.table("weak", table -> table.consistency(Consistency.EVENTUAL).shards(2));
      List<Counter> counters = new ArrayList<>();
      for (KVStore<String, Long> each : strong) {
        for (int client = 0; client < 2; client++) {
          Counter counter = new Counter(each, "k" + client);
          counters.add(counter);
          simulation.client("client-" + counters.size(), () -> addFor(simulation, counter, 60));
        }
      }
      simulation.client("writer", () -> writeFor(simulation, weak));
      simulation.client("nemesis", () -> disturb(simulation, store.cluster(), random));
      simulation.client("maker", () -> makeAndDrop(simulation, store));
      simulation.runClients();

      repair(simulation, store.cluster());
      assertThat(store.cluster().health()).as(named).isEqualTo(Health.WHOLE);
      for (int i = 0; i < counters.size(); i++) {
        counters.get(i).assertKept(strong.get(i / 2), named);
      }
      for (String key : List.of("w0", "w1", "w2")) {
        List<Optional<Long>> shown =
            store.cluster().nodes().stream()
                .map(node -> weak.at(node).get(key))
                .distinct()
                .toList();
        assertThat(shown).as(named + ", " + key).hasSize(1);
      }
      assertThat(store.tables()).as(named).containsExactly("chain", "order", "raft", "weak");
      simulation.runFor(Duration.ofSeconds(30));
      assertThat(simulation.sizes()).as(named).isEmpty();
    }
  }

  private static void addFor(Simulation simulation, Counter counter, int times) {
    for (int i = 0; i < times; i++) {
      counter.add();
      simulation.runFor(Duration.ofMillis(20));
    }
  }

  private static void writeFor(Simulation simulation, KVStore<String, Long> weak) {
    for (int i = 0; i < 60; i++) {
      try {
        weak.withTimeout(TIMEOUT).put("w" + i % 3, (long) i);
      } catch (UnavailableException | IndeterminateException thrown) {
        assertThat(thrown).hasMessageNotContaining("dropped");
      }
      simulation.runFor(Duration.ofMillis(20));
    }
  }

  private static void disturb(Simulation simulation, Cluster cluster, RandomGenerator random) {
    for (int i = 0; i < 8; i++) {
      NodeId node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          cluster.crash(node);
          simulation.runFor(Duration.ofMillis(random.nextInt(1_000)));
          cluster.restart(node);
        }
        case 1 -> {
          cluster.network().isolate(node);
          simulation.runFor(Duration.ofMillis(random.nextInt(1_500)));
          cluster.network().heal();
        }
        case 2 -> cluster.pause(node, Duration.ofMillis(random.nextInt(800)));
        default -> {
          cluster.crash(NodeId.COORDINATOR);
          simulation.runFor(Duration.ofMillis(random.nextInt(500)));
          cluster.restart(NodeId.COORDINATOR);
        }
      }
      cluster.awaitMember(node, Duration.ofSeconds(5)); // one at a time: in memory only
    }
  }

  /** Other tables come and go meanwhile; when one cannot be made now, it is not there. */
  private static void makeAndDrop(Simulation simulation, KVStore<String, Long> store) {
    for (int i = 0; i < 5; i++) {
      try {
        KVStore<String, Long> table = store.table("t", same -> same);
        table.withTimeout(TIMEOUT).put("k", 1L);
      } catch (UnavailableException | IndeterminateException notNow) {
        assertThat(store.tables()).doesNotContain("none");
      }
      store.dropTable("t");
      simulation.runFor(Duration.ofMillis(200));
    }
  }

  private static void repair(Simulation simulation, Cluster cluster) {
    cluster.network().heal();
    cluster.restart(NodeId.COORDINATOR);
    cluster.nodes().forEach(cluster::restart);
    for (NodeId node : cluster.nodes()) {
      cluster.awaitMember(node, Duration.ofSeconds(30));
    }
    simulation.runFor(Duration.ofSeconds(10));
  }
}
