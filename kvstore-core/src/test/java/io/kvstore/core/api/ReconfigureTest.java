package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.HistoryGoneException;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.View;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.core.InProcess;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A running store moves from any cell of the matrix to any other. */
final class ReconfigureTest {
  /** Every move in virtual time; on threads, from each cell to the next one. */
  static Stream<Arguments> moves() {
    List<Setup> cells = Setup.simulated().toList();
    Stream<Arguments> simulated =
        cells.stream()
            .flatMap(
                from -> cells.stream().filter(to -> !to.equals(from)).map(to -> move(from, to)));
    Stream<Arguments> threaded =
        Setup.threaded()
            .map(
                from -> {
                  int rank = 0;
                  while (cells.get(rank).consistency() != from.consistency()
                      || cells.get(rank).replication() != from.replication()) {
                    rank++;
                  }
                  return move(from, cells.get((rank + 1) % cells.size()));
                });
    return Stream.concat(simulated, threaded);
  }

  private static Arguments move(Setup from, Setup to) {
    return Arguments.of(from, to.consistency(), to.replication());
  }

  @ParameterizedTest
  @MethodSource("moves")
  void whatWasWrittenBeforeIsThereAfter(Setup from, Consistency to, Replication by) {
    Bench bench = from.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("kept", "old");
      store.put("removed", "x");
      store.put("counter", "41");
      bench.ownWritesShow(() -> assertThat(store.get("removed")).contains("x"));
      store.remove("removed");
      store.cluster().reconfigure(to, by);

      assertThat(store.cluster().view(0))
          .extracting(View::consistency, View::replication)
          .containsExactly(to, by);
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).get("kept")).contains("old");
        assertThat(store.at(node).get("removed")).isEmpty();
      }
      assertThat(store.replace("kept", store.getVersioned("kept").orElseThrow().version(), "new"))
          .isTrue();
      assertThat(store.add("counter", 1)).isEqualTo(42);
      store.put("removed", "again");
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(
            () ->
                assertThat(shownBy(store.at(node), by))
                    .isEqualTo(Map.of("kept", "new", "counter", "42", "removed", "again")));
      }
    }
  }

  /** All that a node shows; one after the other where several keys at once are refused. */
  private static Map<String, String> shownBy(KVStore<String, String> node, Replication by) {
    Map<String, String> shown = new TreeMap<>();
    if (by == Replication.QUORUM) {
      for (String key : List.of("kept", "counter", "removed")) {
        node.get(key).ifPresent(value -> shown.put(key, value));
      }
    } else {
      node.snapshot().forEach(item -> shown.put(item.key(), item.value()));
    }
    return shown;
  }

  @ParameterizedTest
  @MethodSource("moves")
  void nobodyNoticesExceptByThePromise(Setup from, Consistency to, Replication by) {
    Bench bench = from.bench();
    try (KVStore<String, String> store = bench.open()) {
      List<CompletableFuture<Long>> sums = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sums.add(store.at(NodeId.of(1)).async().add("counter", 1));
      }
      store.cluster().reconfigure(to, by, Duration.ZERO);
      for (int i = 0; i < 50; i++) {
        sums.add(store.at(NodeId.of(1)).async().add("counter", 1));
        if (from.isSimulated()) {
          bench.pass(Bench.millis(1));
        }
      }
      bench.until(() -> isIn(store.cluster(), to, by));
      sums.forEach(bench::end);

      assertThat(sums).allSatisfy(sum -> assertThat(sum).isCompleted());
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("counter")).contains("100"));
      }
    }
  }

  private static boolean isIn(Cluster cluster, Consistency level, Replication replication) {
    View view = cluster.view(0);
    return view.consistency() == level && view.replication() == replication;
  }

  @ParameterizedTest
  @MethodSource("moves")
  void whatASessionHasSeenMeansSomethingAfter(Setup from, Consistency to, Replication by) {
    Bench bench = from.bench();
    try (KVStore<String, String> store = bench.open();
        Session<String, String> session = store.session()) {
      session.put("k", "v");
      Position before = session.position();
      store.cluster().reconfigure(to, by);
      Position between = session.position();
      assertThat(session.get("k")).contains("v");
      session.put("k", "w");
      Position after = session.position();
      for (Position each : List.of(before, between, after)) {
        try (Session<String, String> heir = store.session(each)) {
          assertThat(heir.get("k")).isPresent();
        }
      }
      store.cluster().reconfigure(from.consistency(), from.replication());

      for (Position each : List.of(before, between, after)) {
        try (Session<String, String> heir = store.session(each)) {
          bench.eventually(() -> assertThat(heir.get("k")).contains("w"));
          heir.put("k", "w");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("moves")
  void aWatchTellsEveryChangeOnceOrSaysThatHistoryIsGone(
      Setup from, Consistency to, Replication by) {
    Bench bench = from.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.at(NodeId.of(1)).watch(Scan.all())) {
      List<CompletableFuture<Void>> writes = new ArrayList<>();
      for (int i = 0; i < 90; i++) {
        if (i % 30 == 15) {
          boolean isThere = i == 15 || i == 75;
          store
              .cluster()
              .reconfigure(
                  isThere ? to : from.consistency(),
                  isThere ? by : from.replication(),
                  Duration.ZERO);
        }
        writes.add(store.async().put("k" + i, "v"));
        if (from.isSimulated() || i % 10 == 0) {
          bench.pass(Bench.millis(1));
        }
      }
      bench.until(() -> isIn(store.cluster(), to, by));
      writes.forEach(bench::end);
      long unknown = writes.stream().filter(ReconfigureTest::isUnknown).count();

      List<String> told = new ArrayList<>();
      try {
        while (told.size() < writes.size() - unknown) {
          WatchEvent<String, String> event = watch.poll(Duration.ofSeconds(10)).orElseThrow();
          event.changes().forEach(change -> told.add(change.key()));
        }
        if (unknown == 0) {
          assertThat(watch.poll(Bench.millis(50))).isEmpty();
        }
      } catch (HistoryGoneException gone) {
        assertThat(watch.isOpen()).isFalse(); // its replica was behind, and has caught up by a copy
      }
      assertThat(told).doesNotHaveDuplicates();
    }
  }

  /** When a store moves twice in a row, nobody may remember what became of a write. */
  private static boolean isUnknown(CompletableFuture<Void> write) {
    if (!write.isCompletedExceptionally()) {
      return false;
    }
    assertThatThrownBy(write::join).hasCauseInstanceOf(IndeterminateException.class);
    return true;
  }

  @ParameterizedTest
  @MethodSource("moves")
  void aLostMemberComesBackIntoTheNewPromise(Setup from, Consistency to, Replication by) {
    Bench bench = from.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "v");
      store.cluster().reconfigure(to, by);
      NodeId lost = store.cluster().view(0).primary();
      store.cluster().crash(lost);
      bench.untilServed(() -> store.put("k", "w"));
      store.cluster().restart(lost);
      bench.until(() -> store.cluster().awaitMember(lost, Bench.millis(100)));

      bench.eventually(() -> assertThat(store.at(lost).get("k")).contains("w"));
    }
  }

  @Test
  void everyNodeIsNeeded() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      store.cluster().crash(NodeId.of(2));

      assertThatThrownBy(
              () -> store.cluster().reconfigure(Consistency.EVENTUAL, Replication.BROADCAST))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("restart, heal or remove");
      store.cluster().restart(NodeId.of(2));
      simulation.runFor(Duration.ofSeconds(5));
      assertThat(store.cluster().view(0).consistency()).isEqualTo(Consistency.LINEARIZABLE);
    }
  }

  @Test
  void whatIsAskedForStandsUntilEveryoneIsThere() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      store.cluster().crash(NodeId.of(2));
      assertThat(
              store
                  .cluster()
                  .reconfigure(Consistency.EVENTUAL, Replication.BROADCAST, Duration.ofSeconds(3)))
          .isFalse();
      store.cluster().restart(NodeId.of(2));
      simulation.runFor(Duration.ofSeconds(5));

      assertThat(store.cluster().view(0).consistency()).isEqualTo(Consistency.EVENTUAL);
    }
  }

  /**
   * Views that are set by hand keep those that are down: no view after the other brings it about.
   */
  @Test
  void aMoveThatWaitsForANodeLeavesTheViewAloneWhereViewsAreSetByHand() {
    Simulation simulation = Simulation.withSeed(42);
    try (KVStore<String, String> store =
        KVStore.builder().failover(Failover.byHand()).engine(simulation).open()) {
      Cluster cluster = store.cluster();
      cluster.crash(NodeId.of(2));
      assertThat(
              cluster.reconfigure(
                  Consistency.LINEARIZABLE, Replication.CHAIN, Duration.ofSeconds(3)))
          .isFalse();
      assertThat(cluster.view(0).epoch()).isLessThanOrEqualTo(2);
      cluster.restart(NodeId.of(2));
      simulation.runFor(Duration.ofSeconds(5));
      assertThat(cluster.view(0).replication()).isEqualTo(Replication.CHAIN);
      assertThat(cluster.view(0).epoch()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void whoeverWaitsForAMoveDoesNotKeepOthersFromMakingItPossible() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().engine(new InProcess()).open()) {
      Cluster cluster = store.cluster();
      cluster.crash(NodeId.of(2));
      AtomicBoolean hasMoved = new AtomicBoolean();
      Caller caller =
          Caller.of(
                  () ->
                      hasMoved.set(
                          cluster.reconfigure(
                              Consistency.EVENTUAL, Replication.BROADCAST, Duration.ofHours(1))))
              .whenBlocked();
      cluster.restart(NodeId.of(2));

      assertThat(caller.end()).isNull();
      assertThat(hasMoved).isTrue();
    }
  }

  @Test
  void readsMayAskForWhatIsPromisedNow() {
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.EVENTUAL)
            .shards(3)
            .engine(new InProcess())
            .open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.get("k", Consistency.LINEARIZABLE));
      store.cluster().reconfigure(Consistency.LINEARIZABLE, Replication.TOTAL_ORDER);
      assertThat(store.get("k", Consistency.LINEARIZABLE)).isEmpty();
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (KVStore<String, String> store = KVStore.builder().engine(new InProcess()).open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> store.cluster().reconfigure(Consistency.CAUSAL, Replication.TOTAL_ORDER))
          .withMessageContaining("BROADCAST");
    }
    try (KVStore<String, String> own =
        KVStore.builder().engine(new InProcess().protocol(SynchronousCopies::new)).open()) {
      assertThatThrownBy(
              () -> own.cluster().reconfigure(Consistency.EVENTUAL, Replication.BROADCAST))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("a protocol of its own");
    }
  }
}
