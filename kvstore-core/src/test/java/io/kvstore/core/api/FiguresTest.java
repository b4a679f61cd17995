package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.Traffic;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the administration face tells of replicas, in figures. */
final class FiguresTest {
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(20);

  static Stream<Setup> eventual() {
    return Setup.simulated().filter(setup -> setup.consistency() == Consistency.EVENTUAL);
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void everyReplicaTellsWhatItHoldsAndHasDone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("a", "12");
      store.put("b", "345");
      store.put("b", "6");
      store.put("gone", "7");
      store.remove("gone");
      bench.eventually(
          () ->
              assertThat(store.cluster().replicas())
                  .hasSize(3)
                  .allSatisfy(
                      replica -> {
                        assertThat(replica.status()).isEqualTo(NodeStatus.SERVING);
                        assertThat(replica.entries()).isEqualTo(2);
                        assertThat(replica.lag()).isZero();
                        assertThat(replica.bytes()).isIn(5L, 9L); // with a tombstone, or without
                        assertThat(replica.epoch()).isEqualTo(store.cluster().view(0).epoch());
                        assertThat(replica.position()).isGreaterThanOrEqualTo(5);
                        assertThat(replica.traffic().received()).isPositive();
                      }));
      assertThat(store.cluster().replicas()).filteredOn(ReplicaStatus::isPrimary).hasSize(1);
      Traffic all =
          store.cluster().replicas().stream()
              .map(ReplicaStatus::traffic)
              .reduce(Traffic.NONE, Traffic::plus);
      assertThat(all.operations()).isGreaterThanOrEqualTo(5);
      assertThat(all.sent()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("eventual")
  void aReplicaThatCannotBeReachedLags(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().failover(Failover.byHand()).open()) {
      store.cluster().network().isolate(N2);
      for (int i = 0; i < 30; i++) {
        assertThat(store.async().put("k" + i, "v")).isNotNull(); // its owner may be out of reach
      }
      bench.pass(Duration.ofMillis(50));
      ReplicaStatus behind = store.cluster().replica(N2, 0);
      if (setup.replication() == Replication.KEY_OWNER) {
        assertThat(behind.lag()).isPositive(); // some of the keys are its own
      } else {
        boolean isElected =
            setup.replication() == Replication.RAFT
                || setup.replication() == Replication.LEASEGUARD;
        int more = isElected ? 1 : 0; // the first entry of a term
        assertThat(behind.lag()).isBetween(30L, 30L + more);
      }
      assertThat(store.cluster().replica(NodeId.of(0), 0).traffic().dropped()).isPositive();

      store.cluster().network().heal();
      bench.eventually(() -> assertThat(store.cluster().replica(N2, 0).lag()).isZero());
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aStoreSaysHowItIs(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
      store.cluster().crash(N2);
      assertThat(store.cluster().health()).isEqualTo(Health.IMPAIRED);
      assertThat(store.cluster().replica(N2, 0).status()).isEqualTo(NodeStatus.DOWN);
      bench.eventually(() -> assertThat(store.cluster().health()).isEqualTo(Health.DEGRADED));
      store.cluster().restart(N2);
      assertThat(store.cluster().awaitMember(N2, SOON)).isTrue();
      bench.eventually(() -> assertThat(store.cluster().health()).isEqualTo(Health.WHOLE));
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void figuresAreThereForEachShardAndKnownNodesOnly(Setup setup) {
    try (KVStore<String, String> store = setup.bench().builder().shards(4).open()) {
      for (int i = 0; i < 100; i++) {
        store.put("k" + i, "v");
      }
      assertThat(store.cluster().replicas()).hasSize(12);
      long primaries =
          store.cluster().replicas().stream()
              .filter(ReplicaStatus::isPrimary)
              .mapToLong(ReplicaStatus::entries)
              .sum();
      assertThat(primaries).isEqualTo(100);
      assertThatThrownBy(() -> store.cluster().replica(NodeId.of(9), 0))
          .hasMessageContaining("there is no node n9");
      assertThatThrownBy(() -> store.cluster().replica(N2, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there is no shard 4");
    }
  }
}
