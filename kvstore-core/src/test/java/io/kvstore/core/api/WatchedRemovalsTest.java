package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.StoreBuilder;
import io.kvstore.Watch;
import io.kvstore.WatchPosition;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.SimulatedDisks;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A watch hears of a removal, or that it cannot, also where its tombstone was collected. */
final class WatchedRemovalsTest {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(10); // tombstones are collected, too

  private Simulation simulation = Simulation.withSeed(1);

  private StoreBuilder<String, String> builder(Consistency consistency, Replication replication) {
    return KVStore.builder()
        .consistency(consistency)
        .replication(replication)
        .replicas(3)
        .engine(simulation);
  }

  /** The position of a watch that has seen an entry, which is removed after that. */
  private WatchPosition beforeARemoval(KVStore<String, String> store) {
    WatchPosition position;
    try (Watch<String, String> watch = store.at(N0).watch(Scan.all())) {
      store.at(N1).put("k", "v");
      assertThat(watch.poll(SOON)).isPresent();
      position = watch.position();
    }
    simulation.runFor(SOON);
    store.at(N1).remove("k");
    simulation.runFor(SOON);
    return position;
  }

  private static void restart(Cluster cluster, NodeId node) {
    cluster.restart(node);
    assertThat(cluster.awaitMember(node, SOON)).isTrue();
  }

  private static void assertGone(KVStore<String, String> store, WatchPosition position) {
    assertThatThrownBy(
            () -> {
              try (Watch<String, String> watch = store.at(N0).watch(Scan.all(), position)) {
                watch.poll(SOON);
              }
            })
        .isInstanceOf(HistoryGoneException.class);
  }

  @ParameterizedTest
  @CsvSource({"CAUSAL,BROADCAST", "EVENTUAL,BROADCAST", "EVENTUAL,KEY_OWNER", "EVENTUAL,PRIMARY"})
  void aReplicaThatBeganAnewDoesNotKnowIt(Consistency consistency, Replication replication) {
    try (KVStore<String, String> store = builder(consistency, replication).open()) {
      WatchPosition position = beforeARemoval(store);
      store.cluster().crash(N0);
      restart(store.cluster(), N0);

      assertGone(store, position);
    }
  }

  /** The others have it from a replica that has collected the tombstone. */
  @ParameterizedTest
  @CsvSource({"CAUSAL,BROADCAST", "EVENTUAL,BROADCAST"})
  void norDoesOneThatHasItsEntriesFromSuchAReplica(
      Consistency consistency, Replication replication) {
    try (KVStore<String, String> store = builder(consistency, replication).open()) {
      WatchPosition position = beforeARemoval(store);
      store.cluster().crash(N2);
      restart(store.cluster(), N2);
      store.cluster().crash(N0);
      store.cluster().crash(N1);
      restart(store.cluster(), N0);

      assertGone(store, position);
    }
  }

  @ParameterizedTest
  @CsvSource({"CAUSAL,BROADCAST", "EVENTUAL,BROADCAST"})
  void aReplicaThatComesBackFromItsDiskDoesNotKnowItEither(
      Consistency consistency, Replication replication) {
    simulation = simulation.datalet(SimulatedDisks.withSeed(1));
    try (KVStore<String, String> store = builder(consistency, replication).open()) {
      WatchPosition position = beforeARemoval(store);
      store.cluster().nodes().forEach(store.cluster()::crash);
      store.cluster().nodes().forEach(store.cluster()::restart);
      assertThat(store.cluster().awaitMember(N0, SOON)).isTrue();

      assertGone(store, position);
    }
  }

  /** Of a write that a member alone had, which is lost with it, no removal is ever told. */
  @ParameterizedTest
  @CsvSource({"CAUSAL,BROADCAST", "EVENTUAL,BROADCAST"})
  void aWatchThatHasSeenWhatIsLostIsTold(Consistency consistency, Replication replication) {
    try (KVStore<String, String> store = builder(consistency, replication).open();
        Watch<String, String> watch = store.at(N0).watch(Scan.all())) {
      store.at(N1).put("before", "v");
      assertThat(watch.poll(SOON)).isPresent();
      store.cluster().network().isolate(N0);
      store.at(N0).put("lost", "v");
      assertThat(watch.poll(SOON)).isPresent();
      store.cluster().crash(N0);
      store.cluster().network().heal();
      restart(store.cluster(), N0);

      assertThatThrownBy(() -> watch.poll(SOON)).isInstanceOf(HistoryGoneException.class);
    }
  }

  /** What is gone was seen by it: it goes on. */
  @ParameterizedTest
  @CsvSource({"CAUSAL,BROADCAST", "EVENTUAL,BROADCAST"})
  void aWatchThatHasSeenTheRemovalGoesOn(Consistency consistency, Replication replication) {
    try (KVStore<String, String> store = builder(consistency, replication).open();
        Watch<String, String> watch = store.at(N0).watch(Scan.all())) {
      store.at(N1).put("k", "v");
      store.at(N1).remove("k");
      assertThat(watch.poll(SOON)).isPresent();
      assertThat(watch.poll(SOON)).isPresent();
      simulation.runFor(SOON);
      store.cluster().crash(N0);
      restart(store.cluster(), N0);
      store.at(N1).put("k", "w");

      assertThat(watch.poll(SOON)).isPresent();
    }
  }
}
