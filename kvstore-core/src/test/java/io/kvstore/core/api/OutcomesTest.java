package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.UnavailableException;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers are told when an operation does not end in an answer. */
final class OutcomesTest {
  private static final Duration TIMEOUT = Duration.ofMillis(600);
  private static final Duration SOON = Duration.ofMillis(200);

  /** Where a write needs every member. */
  static Stream<Setup> needingAll() {
    return strong().filter(setup -> !setup.isKeptByMajority());
  }

  /** Each strong cell in virtual time, and one on threads. */
  static Stream<Setup> strong() {
    return Stream.concat(
        Setup.simulated().filter(setup -> setup.isAtLeast(Consistency.SEQUENTIAL)),
        Setup.linearizable().filter(setup -> !setup.isSimulated()));
  }

  static Stream<Setup> weak() {
    return Setup.simulated().filter(setup -> !setup.isAtLeast(Consistency.SEQUENTIAL));
  }

  /** In virtual time, that is: real time depends on who else is at work on the machine. */
  private static void checkItTook(Setup setup, Duration time, Duration atMost) {
    if (setup.isSimulated()) {
      assertThat(time).isLessThan(atMost);
    }
  }

  /** A member that plain calls of a store are not asked of, and that does not order writes. */
  private static NodeId neitherAskedNorOrdering(Setup setup) {
    return NodeId.of(setup.replication() == Replication.CHAIN ? 1 : 2); // n2 is the tail
  }

  private static KVStore<String, String> open(Bench bench) {
    return bench.builder().timeout(TIMEOUT).failover(Failover.byHand()).open();
  }

  private static KVStoreException failureOf(Bench bench, CompletableFuture<?> future) {
    bench.end(future);
    return (KVStoreException)
        catchThrowableOfType(CompletionException.class, future::join).getCause();
  }

  @ParameterizedTest
  @MethodSource("needingAll")
  void aWriteInACutIsIndeterminateAndLaterOnesAreRefusedAtOnce(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.put("k", "1");
      store.cluster().network().isolate(neitherAskedNorOrdering(setup));

      assertThatThrownBy(() -> store.put("k", "2"))
          .isInstanceOfSatisfying(
              IndeterminateException.class,
              failure -> assertThat(failure.mayHaveBeenApplied()).isTrue())
          .hasMessageContaining("set key k failed")
          .hasMessageContaining("no answer in time")
          .hasMessageContaining("may or may not have been applied");

      Duration start = bench.now();
      assertThatThrownBy(() -> store.put("k", "3"))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              failure -> assertThat(failure.mayHaveBeenApplied()).isFalse())
          .hasMessageContaining("not every replica has acknowledged")
          .hasMessageContaining("heal or restart the missing one")
          .hasMessageContaining("it was not applied");
      checkItTook(setup, bench.now().minus(start), SOON);

      store.cluster().network().heal();
      bench.untilServed(() -> store.append("k", "!"));
      assertThat(store.get("k")).contains("2!");
    }
  }

  @ParameterizedTest
  @MethodSource("needingAll")
  void aWriteThatWasNotBegunWithIsCertainlyNotApplied(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.cluster().network().isolate(neitherAskedNorOrdering(setup));
      CompletableFuture<Void> first = store.async().put("k", "1");
      bench.end(first);
      for (int i = 0; i < 5; i++) {
        CompletableFuture<Void> refused = store.async().put("refused", "" + i);
        assertThat(failureOf(bench, refused)).isInstanceOf(UnavailableException.class);
      }
      store.cluster().network().heal();
      bench.untilServed(() -> store.put("k", "2"));

      assertThat(store.get("refused")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("strong")
  void aReadNeedsTheOthersOnlyWhereItIsOrdered(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.put("k", "1");
      store.cluster().network().isolate(NodeId.of(2));

      if (setup.consistency() == Consistency.LINEARIZABLE
          && setup.replication() == Replication.TOTAL_ORDER) {
        assertThatThrownBy(() -> store.get("k"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("get key k failed: no answer in time");
      } else {
        assertThat(store.get("k")).contains("1");
      }
      assertThat(store.get("k", Consistency.EVENTUAL)).contains("1");
    }
  }

  /** Whether also one that is not the primary answers for a while what it has heard last. */
  private static boolean readsByLease(Replication replication) {
    return replication == Replication.CHAIN
        || replication == Replication.CRAQ
        || replication == Replication.LOCKING;
  }

  @ParameterizedTest
  @MethodSource("strong")
  void aReplicaThatIsCutOffServesOnlyWhatItMay(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      NodeId lonely = NodeId.of(2);
      store.put("k", "1");
      bench.eventually(() -> assertThat(store.at(lonely).get("k")).contains("1"));
      store.cluster().network().isolate(lonely);
      if (readsByLease(setup.replication())) {
        bench.pass(Duration.ofMillis(300)); // until its lease is over
      }

      KVStore<String, String> session = store.at(lonely);
      if (setup.consistency() == Consistency.LINEARIZABLE) {
        assertThatThrownBy(() -> session.get("k")).isInstanceOf(UnavailableException.class);
      } else {
        assertThat(session.get("k")).contains("1");
      }
      assertThat(session.get("k", Consistency.EVENTUAL)).contains("1");
      assertThatThrownBy(() -> session.put("k", "2")).isInstanceOf(KVStoreException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("weak")
  void weakStoresGoOnInACut(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.cluster().network().isolate(NodeId.of(2));
      int served = 0;
      for (int i = 0; i < 20; i++) {
        try {
          store.put("k" + i, "v");
          served++;
        } catch (IndeterminateException ownerIsAway) {
          assertThat(setup.replication()).isEqualTo(Replication.KEY_OWNER);
        }
      }
      assertThat(served).isGreaterThan(5);

      store.cluster().network().heal();
      store.put("k0", "last");
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k0")).contains("last"));
        bench.eventually(() -> assertThat(store.at(node).snapshot()).isEqualTo(store.snapshot()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aCrashEndsWhatTheNodeHeld(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().failover(Failover.byHand()).open()) {
      NodeId primary = store.cluster().view(0).primary();
      store.put("k", "1");
      store.cluster().network().isolate(NodeId.of(2));
      CompletableFuture<Void> write = store.async().put("k", "2");
      CompletableFuture<Optional<String>> read = store.at(NodeId.of(2)).async().get("k");
      bench.pass(Duration.ofMillis(5));
      store.cluster().crash(primary);
      store.cluster().crash(NodeId.of(2));

      assertThat(failureOf(bench, write))
          .isInstanceOf(IndeterminateException.class)
          .hasMessageContaining("node n0 was crashed");
      assertThat(failureOf(bench, read))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("node n2 was crashed");
      assertThat(store.cluster().isRunning(primary)).isFalse();
      assertThatThrownBy(() -> store.put("k", "3"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("node n0 is down")
          .hasMessageContaining("restart it");
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aRestartedNodeServesWhatItHadBefore(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1");
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("1"));
      }
      for (NodeId node : store.cluster().nodes()) {
        long epoch = store.cluster().view(0).epoch();
        store.cluster().crash(node);
        store.cluster().crash(node);
        assertThat(store.cluster().isRunning(node)).isFalse();
        assertThatThrownBy(() -> store.at(node).get("k"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("node " + node + " is down");
        store.cluster().restart(node);
        store.cluster().restart(node);
        assertThat(store.cluster().isRunning(node)).isTrue();
        assertThat(store.cluster().awaitMember(node, Duration.ofSeconds(20))).isTrue();
        assertThat(store.cluster().view(0).epoch()).isGreaterThan(epoch);
        assertThat(store.at(node).get("k")).contains("1");
      }
      store.put("k", "2");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("2"));
    }
  }

  /** Where a read waits for what its session has seen. */
  static Stream<Setup> withFloors() {
    return Setup.simulated()
        .filter(
            setup ->
                setup.consistency() == Consistency.SEQUENTIAL
                    || setup.consistency() == Consistency.CAUSAL);
  }

  @ParameterizedTest
  @MethodSource("withFloors")
  void aCallWaitsAsLongAsItWasTold(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().timeout(Duration.ofSeconds(7)).open()) {
      Position neverReached = Position.START.with(0, VectorClock.of(1_000));
      KVStore<String, String> session = store.session(neverReached);
      KVStore<String, String> hasty = session.withTimeout(Duration.ofMillis(50));

      checkWait(bench, Duration.ofSeconds(7), () -> session.get("k"));
      checkWait(bench, Duration.ofSeconds(7), () -> bench.join(session.async().get("k")));
      checkWait(bench, Duration.ofMillis(50), () -> hasty.get("k"));
      checkWait(bench, Duration.ofMillis(50), () -> bench.join(hasty.async().get("k")));
    }
  }

  private static void checkWait(Bench bench, Duration expected, Runnable call) {
    Duration start = bench.now();
    assertThatThrownBy(call::run)
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isInstanceOf(UnavailableException.class),
            thrown -> assertThat(thrown).hasCauseInstanceOf(UnavailableException.class));
    assertThat(bench.now().minus(start)).isBetween(expected, expected.plusMillis(15));
  }

  private static boolean asksTails(Setup setup) {
    return setup.replication() == Replication.CHAIN
        && setup.consistency() == Consistency.LINEARIZABLE;
  }

  @ParameterizedTest
  @MethodSource("needingAll")
  void aCallToAllShardsWaitsNoLongerThanACallToOne(Setup one) {
    Setup setup = new Setup(one.runner(), one.consistency(), one.replication(), 4);
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.cluster().network().isolate(NodeId.of(0));
      store.cluster().network().isolate(NodeId.of(1));
      Duration start = bench.now();
      assertThatThrownBy(store::clear)
          .isInstanceOf(IndeterminateException.class)
          .hasMessageContaining("some shards may have applied it");
      checkItTook(setup, bench.now().minus(start), TIMEOUT.plus(SOON));

      if (asksTails(setup)) { // which cannot know that those who order would refuse
        return;
      }
      assertThatThrownBy(store::clear)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("not applied");
      assertThat(failureOf(bench, store.async().clear())).isInstanceOf(UnavailableException.class);
    }
  }
}
