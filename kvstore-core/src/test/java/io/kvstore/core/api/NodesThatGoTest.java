package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Health;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.core.InProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that meets a node which has gone ends as a call does. */
final class NodesThatGoTest {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int ROUNDS = 12;

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aSessionWhoseNodeWasRemovedIsRefused(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Session<String, String> session = store.at(N2);
        Watch<String, String> watch = session.watch(Scan.all())) {
      session.put("k", "v");
      assertThat(watch.poll(SOON)).isPresent();
      store.cluster().remove(N2);

      assertThatThrownBy(() -> session.get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("n2 was removed; nothing was applied");
      CompletableFuture<Optional<String>> read = session.async().get("k");
      assertThat(read).isCompletedExceptionally();
      assertThatThrownBy(read::join).hasCauseInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> session.watch(Scan.all()))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("was removed");
      assertThatThrownBy(() -> watch.poll(SOON))
          .isInstanceOf(HistoryGoneException.class)
          .hasMessageContaining("n2, which was watched, was removed");
      assertThat(store.get("k")).contains("v");
      assertThatThrownBy(() -> store.cluster().status(N2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there is no node n2");
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void whoIsNotBoundToAPrimaryThatIsDownIsToldWhatHelps(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().failover(Failover.byHand()).open()) {
      store.cluster().crash(N0);
      assertThatThrownBy(() -> store.get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("node n0 is down; nothing was applied: restart it, or set a view")
          .hasMessageNotContaining("bound");
      assertThatThrownBy(() -> store.at(N0).get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("restart it, or use a session that is not bound to it");
    }
  }

  /** Who waits for it must not hurt those who look whether it has come. */
  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#threaded")
  void whoWaitsForANodeThatAnotherRemovesTakesNothingAway(Setup setup) throws InterruptedException {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().failover(Failover.byHand()).open()) {
      Cluster cluster = store.cluster();
      bench.untilServed(() -> store.put("k", "v"));
      NodeId added = cluster.add();
      Caller waiting = Caller.of(() -> cluster.awaitMember(added, SOON)).whenBlocked();
      cluster.remove(added);
      cluster.setView(List.of(NodeId.of(1), N2));

      assertThat(waiting.end()).isNull();
      bench.eventually(() -> assertThat(store.at(N2).get("k")).contains("v"));
      assertThat(cluster.isRunning(NodeId.of(1))).isTrue();
      assertThat(cluster.isRunning(N2)).isTrue();
    }
  }

  /** While nodes come and go, a client that is not bound to any meets outcomes, and no mistakes. */
  @ParameterizedTest
  @EnumSource(
      value = Replication.class,
      names = {"PRIMARY", "TOTAL_ORDER", "CHAIN", "SHARED_LOG", "LOCKING"})
  void clientsThatAreNotBoundDoNotNoticeThatNodesComeAndGo(Replication replication)
      throws InterruptedException {
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.LINEARIZABLE)
            .replication(replication)
            .engine(new InProcess())
            .open()) {
      Cluster cluster = store.cluster();
      AtomicBoolean isOver = new AtomicBoolean();
      List<Caller> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(Caller.of(() -> call(store, isOver)));
      }
      callers.add(Caller.of(() -> look(cluster, isOver)));
      for (int i = 0; i < ROUNDS; i++) {
        NodeId added = cluster.add();
        assertThat(cluster.awaitMember(added, SOON)).isTrue();
        cluster.remove(cluster.view(0).primary());
      }
      isOver.set(true);
      for (Caller caller : callers) {
        assertThat(caller.end()).isNull();
      }
    }
  }

  private static void call(KVStore<String, String> store, AtomicBoolean isOver) {
    CompletableFuture<Optional<String>> last = CompletableFuture.completedFuture(Optional.empty());
    while (!isOver.get()) {
      try (Session<String, String> session = store.session()) {
        last = session.async().get("k");
        session.put("k", "v");
        session.get("k");
      } catch (KVStoreException outcome) {
        assertThat(outcome).hasMessageNotContaining("bound");
      }
    }
    assertThat(last.handle((value, thrown) -> thrown).join())
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isNull(),
            thrown -> assertThat(thrown).isInstanceOf(KVStoreException.class));
  }

  private static void look(Cluster cluster, AtomicBoolean isOver) {
    while (!isOver.get()) {
      assertThat(cluster.health()).isIn((Object[]) Health.values());
      assertThat(cluster.replicas()).isNotEmpty();
    }
  }
}
