package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.util.concurrent.Uninterruptibles;
import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Rebalancing;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.ShardMove;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Shards that move to nodes that are new, and away from those that go. */
class RebalancingTest {
  private static final int SHARDS = 8;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);

  private final Simulation simulation = Simulation.withSeed(11);

  private StoreBuilder<String, String> builder() {
    return KVStore.builder().nodes(4).replicas(2).shards(SHARDS).engine(simulation);
  }

  private static List<Integer> loads(Cluster cluster) {
    return cluster.nodes().stream().map(node -> held(cluster, node)).toList();
  }

  private static int held(Cluster cluster, NodeId node) {
    return (int) IntStream.range(0, SHARDS).filter(s -> cluster.holders(s).contains(node)).count();
  }

  private static List<List<NodeId>> holders(Cluster cluster) {
    return IntStream.range(0, cluster.shards()).mapToObj(cluster::holders).toList();
  }

  private static void fill(KVStore<String, String> store) {
    for (int i = 0; i < 64; i++) {
      store.put("k" + i, "v" + i);
    }
  }

  private static void assertFull(KVStore<String, String> store) {
    assertThat(store.size()).isEqualTo(64);
    for (int i = 0; i < 64; i++) {
      assertThat(store.get("k" + i)).contains("v" + i);
    }
  }

  // Primaries

  private static List<Integer> primaries(Cluster cluster) {
    return cluster.nodes().stream()
        .map(
            node ->
                (int)
                    IntStream.range(0, SHARDS)
                        .filter(shard -> cluster.view(shard).primary().equals(node))
                        .count())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Replication.class,
      names = {"PRIMARY", "CHAIN", "CRAQ", "RAFT", "LEASEGUARD", "SHARED_LOG", "LOCKING"})
  void aNodeThatIsNewGetsItsShareOfThePrimaries(Replication by) {
    try (KVStore<String, String> store = builder().replication(by).open()) {
      Cluster cluster = store.cluster();
      fill(store);
      assertThat(primaries(cluster)).containsExactly(2, 2, 2, 2);
      cluster.add();
      assertThat(cluster.awaitBalance(LONG)).isTrue();
      assertThat(primaries(cluster)).allMatch(number -> number == 1 || number == 2);
      assertFull(store);
    }
  }

  // Nodes that come

  /** It has its place there, and its replica is still being opened. */
  @Test
  void aClientAtANodeThatDoesNotHoldAShardYetGoesToAMember() {
    NodeId last = NodeId.of(4);
    CountDownLatch opens = new CountDownLatch(1);
    DataletFactory slowAtLast =
        (node, shard) -> {
          if (node.equals(last)) {
            Uninterruptibles.awaitUninterruptibly(opens);
          }
          return Datalets.hash().open(node, shard);
        };
    try (KVStore<String, String> store =
        KVStore.builder()
            .nodes(4)
            .replicas(2)
            .shards(SHARDS)
            .engine(new InProcess().placement(Placement.DEDICATED).datalet(slowAtLast))
            .open()) {
      fill(store);
      store.cluster().add();
      Threads.until(
          () ->
              IntStream.range(0, SHARDS)
                  .anyMatch(shard -> store.cluster().holders(shard).contains(last)));
      KVStore<String, String> there = store.at(last);
      for (int i = 0; i < 64; i++) {
        assertThat(there.get("k" + i)).contains("v" + i);
      }
      opens.countDown();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertFull(store);
    } finally {
      opens.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "LINEARIZABLE, RAFT",
    "LINEARIZABLE, LEASEGUARD",
    "SEQUENTIAL, CHAIN",
    "LINEARIZABLE, CRAQ",
    "LINEARIZABLE, TOTAL_ORDER",
    "SEQUENTIAL, SHARED_LOG",
    "LINEARIZABLE, QUORUM",
    "CAUSAL, BROADCAST",
    "EVENTUAL, BROADCAST",
    "EVENTUAL, KEY_OWNER",
    "EVENTUAL, QUORUM",
    "EVENTUAL, PRIMARY"
  })
  void aNodeThatIsNewGetsItsShareAndTheOthersKeepTheirs(Consistency level, Replication by) {
    try (KVStore<String, String> store = builder().consistency(level).replication(by).open()) {
      Cluster cluster = store.cluster();
      fill(store);
      simulation.runFor(Duration.ofSeconds(1));
      List<List<NodeId>> before = holders(cluster);
      NodeId added = cluster.add();
      assertThat(cluster.rebalancing().isOver()).isFalse();
      assertThat(cluster.awaitBalance(LONG)).isTrue();

      assertThat(loads(cluster)).allMatch(load -> load == 3 || load == 4);
      List<List<NodeId>> after = holders(cluster);
      int moved = 0;
      for (int shard = 0; shard < SHARDS; shard++) {
        List<NodeId> kept = new ArrayList<>(after.get(shard));
        kept.remove(added);
        assertThat(before.get(shard)).containsAll(kept);
        moved += after.get(shard).contains(added) ? 1 : 0;
      }
      assertThat(moved).isEqualTo(3); // of sixteen copies, to one of five nodes
      assertThat(cluster.rebalancing()).isEqualTo(new Rebalancing(List.of(), 0, 3));
      assertThat(cluster.awaitMember(added, LONG)).isTrue();
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(cluster.health()).isEqualTo(Health.WHOLE);
      for (int shard = 0; shard < SHARDS; shard++) {
        assertThat(cluster.view(shard).members())
            .containsExactlyInAnyOrderElementsOf(cluster.holders(shard));
      }
      if (!new Cell(level, by).keepsKeysApart()) {
        assertFull(store);
      }
      simulation.runFor(Duration.ofSeconds(30));
      long events = simulation.events();
      simulation.runFor(Duration.ofSeconds(30));
      assertThat(simulation.events()).as("events when nothing is left to do").isEqualTo(events);
      assertThat(simulation.sizes()).isEmpty();
    }
  }

  @Test
  void howFarItIsCanBeAsked() {
    try (KVStore<String, String> store = builder().open()) {
      NodeId added = store.cluster().add();
      assertThat(store.cluster().rebalancing().left()).isEqualTo(3);
      simulation.runFor(Duration.ofMillis(2));
      Rebalancing progress = store.cluster().rebalancing();
      assertThat(progress.underWay())
          .singleElement()
          .extracting(move -> move.to().orElseThrow())
          .isEqualTo(added);
      assertThat(progress.left()).isEqualTo(2);
      assertThat(progress.done()).isZero();
      assertThat(store.cluster().awaitBalance(Duration.ZERO)).isFalse();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(store.cluster().rebalancing().done()).isEqualTo(3);
    }
  }

  @Test
  void ofEachNodeOneShardMovesAtATime() {
    try (KVStore<String, String> store = builder().open()) {
      store.cluster().add();
      store.cluster().add();
      for (int i = 0; i < 400 && !store.cluster().rebalancing().isOver(); i++) {
        List<NodeId> busy = new ArrayList<>();
        for (ShardMove move : store.cluster().rebalancing().underWay()) {
          move.from().ifPresent(busy::add);
          move.to().ifPresent(busy::add);
        }
        assertThat(busy).doesNotHaveDuplicates();
        simulation.runFor(Duration.ofMillis(5));
      }
      assertThat(store.cluster().rebalancing().isOver()).isTrue();
      assertThat(loads(store.cluster())).allMatch(load -> load == 2 || load == 3);
    }
  }

  @Test
  void clientsGoOnWhileShardsMove() {
    try (KVStore<String, String> store = builder().open()) {
      List<CompletableFuture<?>> writes = new ArrayList<>();
      store.cluster().add();
      for (int i = 0; i < 500; i++) {
        writes.add(store.async().add("c" + i % 10, 1));
        simulation.runFor(Duration.ofMillis(2));
      }
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      simulation.runFor(Duration.ofSeconds(5));
      assertThat(writes).allMatch(write -> write.isDone() && !write.isCompletedExceptionally());
      for (int i = 0; i < 10; i++) {
        assertThat(store.get("c" + i)).contains("50");
      }
    }
  }

  @Test
  void aSessionAndAWatchAtANodeGoOnWhenItsShardHasMovedAway() {
    try (KVStore<String, String> store = builder().open()) {
      Session<String, String> session = store.at(N0);
      try (Watch<String, String> watch = session.watch(Scan.all())) {
        fill(store);
        store.cluster().add();
        assertThat(store.cluster().awaitBalance(LONG)).isTrue();
        assertThat(held(store.cluster(), N0)).isLessThan(4);
        for (int i = 0; i < 64; i++) {
          assertThat(session.get("k" + i)).contains("v" + i);
          session.put("k" + i, "w");
        }
        int seen = 0;
        while (watch.poll(Duration.ofSeconds(5)).isPresent()) {
          seen++;
        }
        assertThat(seen).isEqualTo(128);
      }
    }
  }

  // Nodes that go

  @Test
  void whatANodeHoldsMovesToTheOthersBeforeItLeaves() {
    try (KVStore<String, String> store = builder().open()) {
      fill(store);
      store.cluster().remove(N1);
      assertThat(store.cluster().nodes()).hasSize(3).doesNotContain(N1);
      for (int shard = 0; shard < SHARDS; shard++) {
        assertThat(store.cluster().holders(shard)).hasSize(2).doesNotContain(N1);
      }
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(loads(store.cluster())).allMatch(load -> load == 5 || load == 6);
      assertFull(store);
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
    }
  }

  @Test
  void whereNoNodeIsLeftToTakeItThereIsOneCopyLess() {
    try (KVStore<String, String> store = builder().open()) {
      fill(store);
      store.cluster().remove(NodeId.of(3));
      store.cluster().remove(NodeId.of(2));
      store.cluster().remove(N1);
      assertThat(holders(store.cluster())).containsOnly(List.of(N0));
      assertFull(store);
      NodeId added = store.cluster().add();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(holders(store.cluster())).containsOnly(List.of(N0, added));
      store.cluster().crash(N0);
      assertFull(store);
    }
  }

  @Test
  void aNodeThatCannotBeEmptiedStays() {
    try (KVStore<String, String> store = builder().open()) {
      fill(store);
      store.cluster().crash(NodeId.COORDINATOR); // so no view changes
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> store.cluster().remove(N1));
      store.cluster().restart(NodeId.COORDINATOR);
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(store.cluster().nodes()).hasSize(4);
      assertThat(loads(store.cluster())).containsOnly(4);
      assertFull(store);
    }
  }

  /** A shard was on its way to the node that was to be removed, and goes away from it again. */
  @Test
  void whatWasOnItsWayToANodeThatStaysAfterAllComesToAnEnd() {
    try (KVStore<String, String> store = builder().open()) {
      fill(store);
      NodeId added = store.cluster().add();
      while (held(store.cluster(), added) == 0 || !serves(store.cluster(), added)) {
        simulation.runFor(Duration.ofMillis(1));
      }
      store.cluster().crash(NodeId.COORDINATOR);
      assertThatExceptionOfType(UnavailableException.class)
          .isThrownBy(() -> store.cluster().remove(added));
      store.cluster().restart(NodeId.COORDINATOR);
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertFull(store);
    }
  }

  private static boolean serves(Cluster cluster, NodeId node) {
    return IntStream.range(0, SHARDS).anyMatch(i -> cluster.view(i).members().contains(node));
  }

  // Nodes that are away

  @Test
  void theShardsOfANodeThatIsAwayForLongGetANewCopy() {
    Duration after = Duration.ofSeconds(20);
    try (KVStore<String, String> store = builder().replacesLostAfter(after).open()) {
      fill(store);
      store.cluster().crash(N1);
      simulation.runFor(after.minusSeconds(1));
      assertThat(held(store.cluster(), N1)).isEqualTo(4);
      simulation.runFor(Duration.ofSeconds(20));
      assertThat(held(store.cluster(), N1)).isZero();
      for (int shard = 0; shard < SHARDS; shard++) {
        assertThat(store.cluster().view(shard).members()).hasSize(2);
      }
      store.cluster().crash(NodeId.of(2)); // the others have everything
      assertFull(store);
      store.cluster().restart(NodeId.of(2));
      store.cluster().restart(N1); // and gets its share again
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(loads(store.cluster())).containsOnly(4);
      assertFull(store);
    }
  }

  @Test
  void aNodeThatIsNeverToBeReplacedIsNot() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    try (KVStore<String, String> store = builder().replacesLostAfter(forever).open()) {
      fill(store);
      store.cluster().crash(N1);
      simulation.runFor(Duration.ofHours(1));
      assertThat(held(store.cluster(), N1)).isEqualTo(4);
      store.cluster().restart(N1);
      store.cluster().add(); // shards still move
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertFull(store);
    }
  }

  @Test
  void theSameOfOneThatIsCutOff() {
    Duration after = Duration.ofSeconds(20);
    try (KVStore<String, String> store = builder().replacesLostAfter(after).open()) {
      fill(store);
      store.cluster().network().isolate(N1);
      simulation.runFor(Duration.ofSeconds(60));
      for (int shard = 0; shard < SHARDS; shard++) {
        assertThat(store.cluster().view(shard).members()).hasSize(2).doesNotContain(N1);
      }
      store.cluster().network().heal();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(loads(store.cluster())).containsOnly(4);
      assertFull(store);
    }
  }

  @Test
  void aNodeThatIsBackInTimeKeepsWhatItHolds() {
    try (KVStore<String, String> store = builder().open()) {
      List<List<NodeId>> before = holders(store.cluster());
      store.cluster().crash(N1);
      simulation.runFor(Duration.ofMinutes(4));
      store.cluster().restart(N1);
      simulation.runFor(Duration.ofMinutes(4));
      assertThat(holders(store.cluster())).isEqualTo(before);
      assertThat(store.cluster().rebalancing()).isEqualTo(Rebalancing.NONE);
    }
  }

  @Test
  void theNewHolderMayCrashOnTheWay() {
    try (KVStore<String, String> store = builder().open()) {
      fill(store);
      NodeId added = store.cluster().add();
      simulation.runFor(Duration.ofMillis(3));
      assertThat(store.cluster().rebalancing().underWay()).hasSize(1);
      store.cluster().crash(added);
      simulation.runFor(Duration.ofSeconds(10));
      assertThat(held(store.cluster(), added)).isZero();
      store.cluster().restart(added);
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(held(store.cluster(), added)).isEqualTo(3);
      assertFull(store);
    }
  }

  // Where nothing moves

  @Test
  void whereEveryNodeHoldsEveryShardNothingIsToMove() {
    try (KVStore<String, String> store =
        KVStore.builder().replicas(3).shards(SHARDS).engine(simulation).open()) {
      store.cluster().add();
      assertThat(store.cluster().rebalancing()).isEqualTo(Rebalancing.NONE);
      assertThat(store.cluster().awaitBalance(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void whereViewsAreSetByHandNothingMovesByItself() {
    try (KVStore<String, String> store = builder().failover(Failover.byHand()).open()) {
      NodeId added = store.cluster().add();
      simulation.runFor(Duration.ofSeconds(5));
      assertThat(held(store.cluster(), added)).isZero();
      assertThat(store.cluster().awaitBalance(Duration.ZERO)).isTrue();
    }
  }

  /** It comes back while it is looked at what is to move. */
  @ParameterizedTest
  @EnumSource(Placement.class)
  void nothingMovesBecauseANodeComesBack(Placement placement) {
    try (KVStore<String, String> store =
        KVStore.builder()
            .nodes(4)
            .replicas(3)
            .shards(2)
            .engine(new InProcess().placement(placement))
            .open()) {
      List<List<NodeId>> before = holders(store.cluster());
      for (int i = 0; i < 100; i++) {
        store.cluster().crash(N0);
        store.cluster().restart(N0);
        while (store.cluster().status(N0) != NodeStatus.SERVING) {
          assertThat(store.cluster().rebalancing().isOver()).isTrue();
        }
      }
      assertThat(holders(store.cluster())).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void itWorksOnThreadsUnderLoad(Placement placement) throws Exception {
    try (KVStore<String, String> store =
        builder().engine(new InProcess().placement(placement)).open()) {
      fill(store);
      List<Thread> clients = new ArrayList<>();
      List<Throwable> thrown = new ArrayList<>();
      for (int client = 0; client < 2; client++) {
        int own = client;
        clients.add(
            new Thread(
                () -> {
                  try {
                    for (int i = 0; i < 2_000; i++) {
                      store.add("c" + own, 1);
                    }
                  } catch (RuntimeException failed) {
                    synchronized (thrown) {
                      thrown.add(failed);
                    }
                  }
                }));
      }
      clients.forEach(Thread::start);
      NodeId added = store.cluster().add();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(held(store.cluster(), added)).isEqualTo(3);
      store.cluster().remove(N0);
      for (Thread client : clients) {
        client.join(LONG.toMillis());
      }
      assertThat(thrown).isEmpty();
      assertThat(store.get("c0")).contains("2000");
      assertThat(store.get("c1")).contains("2000");
      assertThat(store.cluster().status(added)).isEqualTo(NodeStatus.SERVING);
    }
  }
}
