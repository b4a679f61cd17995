package io.kvstore.testkit.junit;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Cluster;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@KVCluster
class KVClusterTest {
  @Test
  void aTestGetsAStoreOfItsOwn(KVStore<String, String> store) {
    assertThat(store.size()).isZero();
    store.put("k", "v");
    assertThat(store.get("k")).contains("v");
  }

  @Test
  void whatItsClientsSeeIsRecorded(KVStore<String, String> store, Recorder recorder) {
    store.put("k", "v");
    store.get("k");
    assertThat(recorder.history().size()).isEqualTo(2);
    assertThat(recorder.history()).isLinearizable().isSequential().isCausal();
  }

  @Test
  @KVCluster(replicas = 5, seed = 42)
  void aMethodMaySayMoreThanItsClass(Cluster cluster, Simulation simulation) {
    assertThat(cluster.nodes()).hasSize(5);
    assertThat(simulation.seed()).isEqualTo(Long.getLong("kvstore.seed", 42));
  }

  /** BespoKV's layout: three shards, each on three nodes of its own. */
  @Test
  @KVCluster(nodes = 9, shards = 3)
  void thereMayBeMoreNodesThanReplicas(
      KVStore<String, String> store, Cluster cluster, Nemesis nemesis) {
    assertThat(cluster.nodes()).hasSize(9);
    assertThat(cluster.holders(2)).containsExactly(NodeId.of(6), NodeId.of(7), NodeId.of(8));
    cluster.crash(NodeId.of(6));
    for (int i = 0; i < 9; i++) {
      store.put("k" + i, "v");
    }
    assertThat(store.size()).isEqualTo(9);
    nemesis.calm(cluster);
  }

  @Test
  @KVCluster(runs = KVCluster.Runs.SHARED)
  void aStoreMayRunOnThreads(KVStore<String, String> store, Recorder recorder) throws Exception {
    Thread other = new Thread(() -> store.put("k", "w"));
    other.start();
    store.put("k", "v");
    other.join();
    assertThat(store.get("k")).isNotEmpty();
    assertThat(recorder.history().size()).isEqualTo(3);
  }

  @Test
  void moreCanBeSetBeforeItOpens(StoreBuilder<String, String> builder) {
    try (KVStore<String, Long> store = builder.values(Codecs.LONG).open()) {
      assertThat(store.add("k", 3)).isEqualTo(3);
    }
  }

  @Test
  void keysAndValuesHaveTheTypesOfTheParameter(
      Cluster cluster, KVStore<UUID, Long> store, Recorder recorder) {
    UUID key = new UUID(1, 2);
    store.put(key, 3L);
    assertThat(store.add(key, 4)).isEqualTo(7);
    assertThat(store.get(key)).contains(7L);
    assertThat(cluster.nodes()).hasSize(3);
    assertThat(recorder.history()).isLinearizable();
  }

  @RepeatedTest(20)
  void clientsAndANemesisTakeTurns(
      KVStore<String, String> store, Simulation simulation, Nemesis nemesis) {
    for (String name : new String[] {"a", "b", "c"}) {
      simulation.client(
          name,
          () -> {
            for (int i = 0; i < 20; i++) {
              try {
                store.put("k", name + i);
                store.get("k");
              } catch (KVStoreException refused) {
                simulation.runFor(Duration.ofMillis(100));
              }
            }
          });
    }
    simulation.client(
        "nemesis",
        () -> {
          for (int i = 0; i < 10; i++) {
            nemesis.only(Nemesis.Kind.CUTS, Nemesis.Kind.LOSS).next().strike(store.cluster());
            simulation.runFor(Duration.ofMillis(200));
          }
        });
    simulation.runClients();
    nemesis.calm(store.cluster());
    simulation.runFor(Duration.ofSeconds(10));
    assertThat(store).hasConverged();
  }

  @Nested
  @KVCluster(consistency = Consistency.EVENTUAL, replication = Replication.KEY_OWNER)
  class OfAnotherLevel {
    @Test
    void replicasConvergeAfterACut(KVStore<String, String> store, Simulation simulation) {
      store.cluster().network().isolate(NodeId.of(2));
      for (int i = 0; i < 20; i++) {
        String key = "k" + i;
        simulation.client(key, () -> store.at(NodeId.of(0)).put(key, "v"));
      }
      simulation.client(
          "nemesis",
          () -> {
            simulation.runFor(Duration.ofMillis(500));
            store.cluster().network().heal();
          });
      simulation.runClients();
      simulation.runFor(Duration.ofSeconds(10));
      assertThat(store).hasConverged();
    }
  }
}
