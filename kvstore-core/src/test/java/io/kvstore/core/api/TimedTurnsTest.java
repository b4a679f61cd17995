package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Simulations in which turns take time, and are held in their middle. */
class TimedTurnsTest {
  private static final NodeId PRIMARY = NodeId.of(0);

  private static KVStore<String, String> open(Simulation simulation) {
    return KVStore.builder().engine(simulation).open();
  }

  @Test
  void theSameSeedDoesTheSame() {
    assertThat(traceOf(3)).isEqualTo(traceOf(3)).isNotEqualTo(traceOf(4));
  }

  private static List<String> traceOf(long seed) {
    List<String> trace = new ArrayList<>();
    Simulation simulation =
        Simulation.withSeed(seed).turnsTakeTime().trace(event -> trace.add(event.toString()));
    try (KVStore<String, String> store = open(simulation)) {
      for (int i = 0; i < 100; i++) {
        if (i % 20 == 0) {
          simulation.hold(NodeId.of(i / 20 % 3), Duration.ofMillis(5));
        }
        store.put("key" + i % 3, "value" + i);
        assertThat(store.get("key" + i % 3)).contains("value" + i);
      }
    }
    return trace;
  }

  @Test
  void othersGoOnWhileTheCoordinatorIsHeld() {
    Simulation simulation = Simulation.withSeed(1).turnsTakeTime();
    try (KVStore<String, String> store = open(simulation)) {
      simulation.hold(NodeId.COORDINATOR, Duration.ofSeconds(3));
      simulation.runFor(Duration.ofMillis(500));
      store.put("k", "v");
      assertThat(store.get("k")).contains("v");
      assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void aHeldPrimaryAnswersOnceItGoesOn() {
    Set<Boolean> isLate = new HashSet<>(); // the moment of the hold may be in a later turn
    for (long seed = 1; seed <= 20; seed++) {
      Simulation simulation = Simulation.withSeed(seed).turnsTakeTime();
      try (KVStore<String, String> store = open(simulation)) {
        simulation.hold(PRIMARY, Duration.ofMillis(200));
        Duration before = simulation.elapsed();
        store.put("k", "v");
        isLate.add(simulation.elapsed().minus(before).toMillis() >= 200);
      }
    }
    assertThat(isLate).contains(true);
  }

  @Test
  void whatIsNotHeldYetIsNotHeldOnceHoldsAreCancelled() {
    Simulation simulation = Simulation.withSeed(1).turnsTakeTime();
    try (KVStore<String, String> store = open(simulation)) {
      simulation.hold(PRIMARY, Duration.ofSeconds(10));
      simulation.cancelHolds();
      store.put("k", "v");
      assertThat(simulation.elapsed()).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void whereTurnsTakeNoTimeNoneCanBeHeld() {
    assertThatThrownBy(() -> Simulation.withSeed(1).hold(PRIMARY, Duration.ofMillis(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("turns take no time");
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "SEQUENTIAL, TOTAL_ORDER",
    "LINEARIZABLE, CRAQ",
    "LINEARIZABLE, RAFT",
    "LINEARIZABLE, LEASEGUARD",
    "LINEARIZABLE, SHARED_LOG",
    "LINEARIZABLE, QUORUM",
    "EVENTUAL, QUORUM",
    "LINEARIZABLE, LOCKING",
    "CAUSAL, BROADCAST",
    "EVENTUAL, KEY_OWNER"
  })
  void aLifetimeBeginsNoEarlierThanItsCall(Consistency level, Replication protocol) {
    for (long seed = 1; seed <= 20; seed++) {
      Simulation simulation = Simulation.withSeed(seed).turnsTakeTime();
      try (KVStore<String, String> store =
          KVStore.builder().consistency(level).replication(protocol).engine(simulation).open()) {
        for (NodeId node : store.cluster().nodes()) {
          simulation.hold(node, Duration.ofMillis(200));
        }
        List<CompletableFuture<?>> held = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          held.add(store.async().put("other", "v" + i));
          simulation.runFor(Duration.ofMillis(3));
        }
        CompletableFuture<Void> lock = store.async().put("lock", "mine", Duration.ofMillis(300));
        long called = simulation.elapsed().toMillis();
        simulation.runUntilDone(lock);
        while (simulation.elapsed().toMillis() < called + 290) {
          Optional<String> seen = store.get("lock");
          if (simulation.elapsed().toMillis() < called + 290) { // else it may have been over
            assertThat(seen).as("seed %s", seed).contains("mine");
          }
          simulation.runFor(Duration.ofMillis(5));
        }
        held.forEach(simulation::runUntilDone);
      }
    }
  }

  /**
   * The coordinator is held in mid-turn while the primary beats, for a little more than the lease
   * leaves of the detection; and the primary is cut off right after.
   */
  @Test
  void aCutOffPrimaryAnswersNothingOnceTheNextOneHasWritten() {
    for (long seed = 1; seed <= 30; seed++) {
      Simulation simulation = Simulation.withSeed(seed).turnsTakeTime();
      try (KVStore<String, String> store = open(simulation)) {
        store.put("k", "old");
        beatFor(Duration.ofMillis(600 + seed * 37 % 100), simulation, store);
        simulation.hold(NodeId.COORDINATOR, Duration.ofMillis(301 + seed % 12));
        simulation.runFor(Duration.ofMillis(300 + seed * 13 % 100));
        store.cluster().network().isolate(PRIMARY);
        assertNothingOldIsRead(simulation, store, "seed " + seed);
      }
    }
  }

  @Test
  void aCutOffPrimaryThatIsLeftOutByHandAnswersNothingOnceTheOthersHaveWritten() {
    Simulation simulation = Simulation.withSeed(1);
    try (KVStore<String, String> store = open(simulation)) {
      store.put("k", "old");
      beatFor(Duration.ofSeconds(1), simulation, store);
      store.cluster().network().isolate(PRIMARY);
      store.cluster().setView(List.of(NodeId.of(1), NodeId.of(2)));
      assertNothingOldIsRead(simulation, store, "set by hand");
    }
  }

  /** In virtual time members beat only while something is wrong. */
  private static void beatFor(Duration time, Simulation simulation, KVStore<String, String> store) {
    store.cluster().network().faults(NodeId.of(1), NodeId.of(2), Faults.lossy(0.001));
    simulation.runFor(time);
  }

  private static void assertNothingOldIsRead(
      Simulation simulation, KVStore<String, String> store, String what) {
    Session<String, String> cutOff = store.at(PRIMARY);
    CompletableFuture<Void> written = writeInTheEnd(store);
    List<CompletableFuture<Optional<String>>> after = new ArrayList<>();
    for (int i = 0; i < 2_000 && after.size() < 40; i++) {
      simulation.runFor(Duration.ofMillis(1));
      if (written.isCompletedExceptionally()) {
        written = writeInTheEnd(store);
      } else if (written.isDone()) {
        after.add(cutOff.async().get("k"));
      }
    }
    assertThat(after).as(what).isNotEmpty();
    simulation.runFor(Duration.ofSeconds(5));
    for (CompletableFuture<Optional<String>> read : after) {
      Optional<String> seen =
          read.exceptionally(refused -> refusedOrThrow(refused)).getNow(Optional.empty());
      assertThat(seen).as(what).isIn(Optional.empty(), Optional.of("new"));
    }
  }

  private static Optional<String> refusedOrThrow(Throwable thrown) {
    assertThat(thrown.getCause() == null ? thrown : thrown.getCause())
        .isInstanceOf(KVStoreException.class);
    return Optional.empty();
  }

  private static CompletableFuture<Void> writeInTheEnd(KVStore<String, String> store) {
    return store.at(NodeId.of(1)).async().put("k", "new");
  }
}
