package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.SimulatedDisks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Registers that any member reads and writes with a majority. */
final class QuorumTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);

  private final Simulation simulation = simulation(1);

  private static Simulation simulation(long seed) {
    return Simulation.withSeed(seed).links(new Faults(Delay.fixed(HOP), 0, 0, 0));
  }

  private KVStore<String, String> open() {
    return open(simulation);
  }

  private static KVStore<String, String> open(Simulation simulation) {
    return KVStore.builder()
        .engine(simulation)
        .consistency(Consistency.LINEARIZABLE)
        .replication(Replication.QUORUM)
        .open();
  }

  private Duration timeOf(Runnable action) {
    Duration before = simulation.elapsed();
    action.run();
    return simulation.elapsed().minus(before);
  }

  @Test
  void aWriteIsTwoRoundTripsAndAReadOneAtEveryMember() {
    try (KVStore<String, String> store = open()) {
      simulation.runFor(Duration.ofSeconds(1));
      for (NodeId node : store.cluster().nodes()) {
        Session<String, String> session = store.at(node);
        assertThat(timeOf(() -> session.put("k", node.toString()))).isEqualTo(HOP.multipliedBy(4));
        assertThat(timeOf(() -> assertThat(session.get("k")).contains(node.toString())))
            .isEqualTo(HOP.multipliedBy(2));
      }
    }
  }

  @Test
  void noMinorityIsMissedForAMoment() {
    try (KVStore<String, String> store = open()) {
      simulation.runFor(Duration.ofSeconds(1));
      Session<String, String> session = store.at(SECOND);
      session.put("k", "1");
      long epoch = store.cluster().view(0).epoch();
      store.cluster().crash(FIRST);
      store.cluster().crash(NodeId.COORDINATOR);
      assertThat(timeOf(() -> session.put("k", "2"))).isEqualTo(HOP.multipliedBy(4));
      assertThat(store.at(THIRD).get("k")).contains("2");
      assertThat(store.cluster().view(0).epoch()).isEqualTo(epoch);
    }
  }

  @Test
  void aMemberWithoutMemoryComesBackWithTheNextView() {
    try (KVStore<String, String> store = open()) {
      store.put("k", "1");
      store.cluster().crash(FIRST);
      store.at(SECOND).put("k", "2");
      store.cluster().restart(FIRST);
      assertThat(store.cluster().awaitMember(FIRST, Duration.ofSeconds(5))).isTrue();
      store.cluster().crash(SECOND);
      assertThat(store.at(THIRD).get("k")).contains("2");
      assertThat(store.at(FIRST).get("k")).contains("2");
    }
  }

  @Test
  void everySingleKeyOperationMeansWhatItSays() {
    try (KVStore<String, String> store = open()) {
      assertThat(store.putIfAbsent("k", "1")).isTrue();
      assertThat(store.at(SECOND).putIfAbsent("k", "2")).isFalse();
      Versioned<String> seen = store.getVersioned("k").orElseThrow();
      assertThat(store.at(THIRD).replace("k", seen.version(), "3")).isTrue();
      assertThat(store.replace("k", seen.version(), "4")).isFalse();
      store.at(SECOND).append("k", "!");
      assertThat(store.get("k")).contains("3!");
      assertThat(store.at(SECOND).add("n", 2)).isEqualTo(2);
      assertThat(store.at(THIRD).add("n", 3)).isEqualTo(5);
      assertThat(store.remove("k")).isTrue();
      assertThat(store.at(THIRD).get("k")).isEmpty();
      store.put("t", "v", Duration.ofMillis(100));
      simulation.runFor(Duration.ofMillis(200));
      assertThat(store.at(SECOND).get("t")).isEmpty();
    }
  }

  @Test
  void allThatCountAtOnceCount() {
    try (KVStore<String, String> store = open()) {
      List<CompletableFuture<Long>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        all.add(store.at(NodeId.of(i % 3)).async().add("n", 1));
      }
      simulation.runUntil(
          () -> all.stream().allMatch(CompletableFuture::isDone), Duration.ofSeconds(30));
      assertThat(all).allMatch(each -> !each.isCompletedExceptionally());
      assertThat(store.get("n")).contains("60");
    }
  }

  @Test
  void whatConcernsSeveralKeysIsRefused() {
    try (KVStore<String, String> store = open()) {
      store.put("a", "1");
      simulation.runFor(Duration.ofSeconds(1));
      for (Runnable several :
          List.<Runnable>of(
              () -> store.batch(List.of(Update.put("a", "2"), Update.put("b", "2"))),
              () -> store.scan(Scan.all()),
              () -> store.getAll(List.of("a", "b")),
              store::clear,
              store::size)) {
        assertThatThrownBy(several::run)
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("QUORUM keeps each key by itself");
      }
      assertThat(store.get("a", Consistency.EVENTUAL)).contains("1");
    }
  }

  @Test
  void disksAreRefusedFromTheBeginningAndLater() {
    Simulation onDisks = simulation(1).datalet(SimulatedDisks.withSeed(1));
    assertThatThrownBy(() -> open(onDisks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in memory only");
    Simulation another = simulation(1).datalet(SimulatedDisks.withSeed(1));
    try (KVStore<String, String> store = KVStore.builder().engine(another).open()) {
      assertThatThrownBy(
              () -> store.cluster().reconfigure(Consistency.LINEARIZABLE, Replication.QUORUM))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("in memory only");
    }
  }
}
