package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.engine.HashRing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A store with more nodes than replicas: each shard is on some of the nodes. */
class PlacedShardsTest {
  private static final int SHARDS = 3;
  private static final HashRing RING = new HashRing(SHARDS);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N4 = NodeId.of(4);

  private final Simulation simulation = Simulation.withSeed(7);

  // Shard 0 on n0, n1, n2; shard 1 on n3, n4, n5; shard 2 on n6, n7, n8.
  private static StoreBuilder<String, String> nineNodes() {
    return KVStore.builder().nodes(9).replicas(3).shards(SHARDS);
  }

  private StoreBuilder<String, String> builder() {
    return nineNodes().engine(simulation);
  }

  private static String keyIn(int shard) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "k" + i)
        .filter(key -> RING.shardOf(Codecs.STRING.encode(key)) == shard)
        .findFirst()
        .orElseThrow();
  }

  private static List<NodeId> holdersOf(int shard) {
    return IntStream.range(3 * shard, 3 * shard + 3).mapToObj(NodeId::of).toList();
  }

  // Where replicas are

  @Test
  void eachShardIsOnItsOwnNodes() {
    try (KVStore<String, String> store = builder().open()) {
      Cluster cluster = store.cluster();
      assertThat(cluster.nodes()).hasSize(9);
      assertThat(cluster.replicas()).hasSize(9);
      for (int shard = 0; shard < SHARDS; shard++) {
        assertThat(cluster.holders(shard)).isEqualTo(holdersOf(shard));
        assertThat(cluster.view(shard).members()).isEqualTo(holdersOf(shard));
        assertThat(cluster.view(shard).primary()).isEqualTo(holdersOf(shard).get(0));
      }
      assertThat(cluster.health()).isEqualTo(Health.WHOLE);
      assertThat(cluster.nodes()).allMatch(node -> cluster.status(node) == NodeStatus.SERVING);
    }
  }

  @Test
  void aReplicaThatIsNotThereIsNotToldOf() {
    try (KVStore<String, String> store = builder().open()) {
      Cluster cluster = store.cluster();
      assertThat(cluster.replica(N4, 1).isPrimary()).isFalse();
      assertThat(cluster.viewOf(N4, 1)).isPresent();
      assertThat(cluster.viewOf(N4, 0)).isEmpty();
      assertThatThrownBy(() -> cluster.replica(N4, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("node n4 does not hold shard 0")
          .hasMessageContaining("which is on n0 to n2");
    }
  }

  @Test
  void whatIsWrittenIsOnTheHoldersAndNowhereElse() {
    try (KVStore<String, String> store = builder().open()) {
      for (int shard = 0; shard < SHARDS; shard++) {
        store.put(keyIn(shard), "v");
      }
      simulation.runFor(Duration.ofSeconds(1));
      for (ReplicaStatus replica : store.cluster().replicas()) {
        assertThat(holdersOf(replica.shard())).contains(replica.node());
        assertThat(replica.entries()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void itRunsOnThreadsToo(Placement placement) {
    try (KVStore<String, String> store =
        nineNodes().engine(new InProcess().placement(placement)).open()) {
      for (int i = 0; i < 100; i++) {
        store.at(NodeId.of(i % 9)).put("k" + i, "v");
      }
      assertThat(store.scan(Scan.all())).hasSize(100);
      store.cluster().crash(N0);
      assertThat(store.at(N4).get(keyIn(0))).isNotNull();
      store.cluster().restart(N0);
      assertThat(store.cluster().awaitMember(N0, LONG)).isTrue();
    }
  }

  // Clients

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "LINEARIZABLE, RAFT",
    "SEQUENTIAL, CHAIN",
    "LINEARIZABLE, QUORUM",
    "EVENTUAL, QUORUM",
    "CAUSAL, BROADCAST",
    "EVENTUAL, SHARED_LOG"
  })
  void aClientAtAnyNodeReachesAllKeys(Consistency level, Replication by) {
    try (KVStore<String, String> store = builder().consistency(level).replication(by).open()) {
      for (NodeId node : store.cluster().nodes()) {
        Session<String, String> session = store.at(node);
        for (int shard = 0; shard < SHARDS; shard++) {
          session.put(keyIn(shard), "of " + node);
          assertThat(session.get(keyIn(shard))).contains("of " + node);
        }
      }
    }
  }

  @Test
  void scansAndCountsGoOverAllShardsWhereverTheyAre() {
    try (KVStore<String, String> store = builder().open()) {
      for (int i = 0; i < 30; i++) {
        store.put("k%02d".formatted(i), "v" + i);
      }
      assertThat(store.at(N4).scan(Scan.all())).hasSize(30);
      assertThat(store.at(N4).size()).isEqualTo(30);
      assertThat(store.at(N4).getAll(Set.of("k01", "k02", "k03"))).hasSize(3);
      store.at(N4).clear();
      assertThat(store.size()).isZero();
    }
  }

  /** At a level at which any replica answers, it can be told which one has. */
  @Test
  void aClientGoesToTheNearestMemberOfAShardThatItsNodeDoesNotHold() {
    try (KVStore<String, String> store =
        builder().consistency(Consistency.EVENTUAL).replication(Replication.BROADCAST).open()) {
      assertThat(receiverOfAPut(store, N1, 1)).isEqualTo(NodeId.of(3));
      assertThat(receiverOfAPut(store, N4, 2)).isEqualTo(NodeId.of(6));
      assertThat(receiverOfAPut(store, N4, 0)).isEqualTo(N0); // round the end
      assertThat(receiverOfAPut(store, N4, 1)).isEqualTo(N4); // which it holds
      store.cluster().crash(NodeId.of(3));
      assertThat(receiverOfAPut(store, N1, 1)).isEqualTo(N4);
    }
  }

  private static NodeId receiverOfAPut(KVStore<String, String> store, NodeId at, int shard) {
    Map<NodeId, Long> before = requests(store, shard);
    store.at(at).put(keyIn(shard), "v");
    Map<NodeId, Long> after = requests(store, shard);
    return after.keySet().stream()
        .filter(node -> !after.get(node).equals(before.get(node)))
        .reduce((one, other) -> NodeId.COORDINATOR) // there must be one only
        .orElseThrow();
  }

  private static Map<NodeId, Long> requests(KVStore<String, String> store, int shard) {
    Map<NodeId, Long> requests = new TreeMap<>();
    for (NodeId node : store.cluster().holders(shard)) {
      requests.put(node, store.cluster().replica(node, shard).traffic().operations());
    }
    return requests;
  }

  @Test
  void aClientAtANodeThatIsDownIsRefusedForAllKeys() {
    try (KVStore<String, String> store = builder().open()) {
      store.cluster().crash(N4);
      for (int shard = 0; shard < SHARDS; shard++) {
        String key = keyIn(shard);
        assertThatExceptionOfType(UnavailableException.class)
            .isThrownBy(() -> store.at(N4).get(key))
            .withMessageContaining("node n4 is down");
      }
    }
  }

  @Test
  void aClientAtANodeGoesOnAtAnotherMemberWhenThatOfAShardElsewhereIsLost() {
    try (KVStore<String, String> store = builder().open()) {
      Session<String, String> session = store.at(N4);
      session.put(keyIn(0), "before");
      store.cluster().crash(N0);
      assertThat(session.get(keyIn(0))).contains("before");
      session.put(keyIn(0), "after");
      assertThat(store.get(keyIn(0))).contains("after");
    }
  }

  @Test
  void aSessionKeepsItsOrderOverShardsOfOtherNodes() {
    try (KVStore<String, String> store =
        builder().consistency(Consistency.CAUSAL).replication(Replication.BROADCAST).open()) {
      Session<String, String> session = store.at(N4);
      session.put(keyIn(0), "v");
      for (NodeId node : store.cluster().nodes()) {
        assertThat(session.at(node).get(keyIn(0))).contains("v");
      }
      assertThat(store.session(session.position()).at(N1).get(keyIn(0))).contains("v");
    }
  }

  @Test
  void aWatchAtANodeSeesAllKeysAndOutlivesTheMemberThatItWatchesElsewhere() {
    try (KVStore<String, String> store = builder().open();
        Watch<String, String> watch = store.at(N4).watch(Scan.all())) {
      store.put(keyIn(0), "a");
      store.cluster().crash(N0);
      store.put(keyIn(0), "b");
      store.put(keyIn(1), "c");
      store.put(keyIn(2), "d");
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        WatchEvent<String, String> event = watch.poll(LONG).orElseThrow();
        event.changes().forEach(changed -> changed.now().ifPresent(now -> seen.add(now.value())));
      }
      assertThat(seen).containsExactlyInAnyOrder("a", "b", "c", "d");
    }
  }

  /** While its own node is down it waits for that; then any member will do. */
  @Test
  void aWatchAtANodeWithoutShardsGoesOnWhenThatNodeIsBack() {
    try (KVStore<String, String> store = builder().nodes(4).shards(1).replicas(2).open()) {
      NodeId without =
          store.cluster().nodes().stream()
              .filter(node -> !store.cluster().holders(0).contains(node))
              .findFirst()
              .orElseThrow();
      try (Watch<String, String> watch = store.at(without).watch(Scan.all())) {
        store.cluster().crash(without);
        for (NodeId holder : store.cluster().holders(0)) {
          store.cluster().crash(holder);
          simulation.runFor(LONG);
          store.cluster().restart(holder);
          assertThat(store.cluster().awaitMember(holder, LONG)).isTrue();
        }
        store.cluster().restart(without);
        store.put("k", "v");
        assertThat(watch.poll(LONG).orElseThrow().changes()).hasSize(1);
      }
    }
  }

  // Nodes that go

  @Test
  void aCrashConcernsTheShardsOfTheNodeAndNoOther() {
    try (KVStore<String, String> store = builder().open()) {
      List<ClusterEvent> events = new ArrayList<>();
      store.cluster().listen(events::add);
      store.cluster().crash(N4);
      simulation.runFor(Duration.ofSeconds(5));

      assertThat(store.cluster().view(1).members()).hasSize(2);
      assertThat(store.cluster().holders(1)).isEqualTo(holdersOf(1));
      assertThat(store.cluster().health()).isEqualTo(Health.DEGRADED);
      assertThat(events)
          .filteredOn(ClusterEvent.ViewDecided.class::isInstance)
          .extracting(event -> ((ClusterEvent.ViewDecided) event).shard())
          .containsOnly(1);
      store.cluster().restart(N4);
      assertThat(store.cluster().awaitMember(N4, LONG)).isTrue();
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
    }
  }

  @Test
  void aGroupWithoutItsHoldersIsRefusedAndTheOthersGoOn() {
    try (KVStore<String, String> store = builder().timeout(Duration.ofSeconds(1)).open()) {
      holdersOf(1).forEach(store.cluster()::crash);
      store.put(keyIn(0), "v");
      store.put(keyIn(2), "v");
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> store.put(keyIn(1), "v"));
      assertThat(store.cluster().health()).isEqualTo(Health.IMPAIRED);
    }
  }

  @Test
  void aNodeThatIsNewIsOneForClientsAtOnce() {
    try (KVStore<String, String> store = builder().open()) {
      NodeId added = store.cluster().add();
      assertThat(added).isEqualTo(NodeId.of(9));
      assertThat(store.cluster().awaitMember(added, LONG)).isTrue();
      store.at(added).put(keyIn(0), "v");
      assertThat(store.at(added).get(keyIn(0))).contains("v");
      store.cluster().crash(added);
      store.cluster().restart(added);
      store.cluster().remove(added);
      assertThat(store.cluster().nodes()).hasSize(9);
    }
  }

  @Test
  void aNodeThatLeavesIsNoHolderAnyMoreUnlessItIsTheLast() {
    try (KVStore<String, String> store = builder().failover(Failover.byHand()).open()) {
      store.put(keyIn(1), "v");
      store.cluster().remove(N4);
      store.cluster().remove(NodeId.of(3));
      assertThat(store.cluster().holders(1)).containsExactly(NodeId.of(5));
      assertThat(store.get(keyIn(1))).contains("v");
      assertThatThrownBy(() -> store.cluster().remove(NodeId.of(5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("n5 is the last that holds shard 1");
      assertThat(store.get(keyIn(1))).contains("v");
    }
  }

  // What an administrator asks for

  @Test
  void aStoreMovesToAnotherCellWithTheHoldersOfEachShard() {
    try (KVStore<String, String> store = builder().open()) {
      store.put(keyIn(1), "v");
      store.cluster().reconfigure(Consistency.LINEARIZABLE, Replication.RAFT);
      for (int shard = 0; shard < SHARDS; shard++) {
        assertThat(store.cluster().view(shard).replication()).isEqualTo(Replication.RAFT);
        assertThat(store.cluster().view(shard).members())
            .containsExactlyInAnyOrderElementsOf(holdersOf(shard));
      }
      assertThat(store.get(keyIn(1))).contains("v");
    }
  }

  @Test
  void aViewThatIsSetGivesEachGroupThoseWhoHoldItsShard() {
    try (KVStore<String, String> store = builder().open()) {
      Cluster cluster = store.cluster();
      List<NodeId> named = List.of(N1, N0, N4, NodeId.of(8), NodeId.of(7), NodeId.of(6));
      cluster.setView(named);
      assertThat(cluster.view(0).members()).containsExactly(N1, N0);
      assertThat(cluster.view(1).members()).containsExactly(N4);
      assertThat(cluster.view(2).members())
          .containsExactly(NodeId.of(8), NodeId.of(7), NodeId.of(6));
      assertThatThrownBy(() -> cluster.setView(List.of(N0, N4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("none of [n0, n4] holds shard 2: name one of n6 to n8");
      cluster.expel(N1);
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(cluster.view(0).members()).containsExactly(N0);
      cluster.setView(cluster.nodes());
      assertThat(cluster.health()).isEqualTo(Health.WHOLE);
    }
  }
}
