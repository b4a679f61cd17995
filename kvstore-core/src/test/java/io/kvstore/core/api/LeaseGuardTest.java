package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * LeaseGuard does what its paper says (SIGMOD 2026), in one view and from one to the next. That it
 * keeps what it promises is shown by campaigns.
 */
class LeaseGuardTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);
  private static final Duration SECONDS = Duration.ofSeconds(3);
  private static final Duration OVER = Duration.ofMillis(100); // then a lease is

  private final List<String> sent = new ArrayList<>(); // between replicas
  private final Simulation simulation = SentMessages.into(sent, HOP);

  private KVStore<String, String> open(Replication replication) {
    KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.LINEARIZABLE)
            .replication(replication)
            .engine(simulation)
            .open();
    simulation.runFor(SECONDS);
    sent.clear();
    return store;
  }

  private KVStore<String, String> open() {
    return open(Replication.LEASEGUARD);
  }

  @Test
  void aLeaderReadsAloneAfterAnEntryOfItsOwn() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      simulation.runFor(HOP.multipliedBy(3));
      sent.clear();
      Duration begun = simulation.elapsed();
      assertThat(store.at(FIRST).get("k")).contains("v");
      assertThat(sent).isEmpty();
      assertThat(simulation.elapsed()).isEqualTo(begun);

      assertThat(store.at(THIRD).get("k")).contains("v");
      assertThat(sent).containsExactly("n2 ForwardedRequest n0", "n0 ForwardedReply n2");
    }
  }

  /** An entry that does nothing goes along with the round: the reads after it need none. */
  @Test
  void aReadWithoutALeaseRenewsItByARound() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      simulation.runFor(OVER);
      sent.clear();
      assertThat(store.at(FIRST).get("k")).contains("v");
      assertThat(sent).startsWith("n0 Append n1", "n0 Append n2", "n1 Appended n0");
      simulation.runFor(HOP.multipliedBy(3));
      sent.clear();

      assertThat(store.at(FIRST).get("k")).contains("v");
      assertThat(sent).isEmpty();
      simulation.runFor(SECONDS);
      assertThat(sent).isEmpty();
    }
  }

  /** What it reads then is what was there when it was cut off: nothing was committed since. */
  @Test
  void aLeaderThatIsCutOffReadsNoLongerThanItsLease() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      store.cluster().network().isolate(FIRST);
      assertThat(store.at(FIRST).get("k")).contains("v");
      CompletableFuture<Void> written = store.at(SECOND).async().put("k", "w");
      simulation.runFor(OVER);
      CompletableFuture<?> read = store.at(FIRST).async().get("k");
      simulation.runFor(SECONDS);
      assertThat(written).isCompleted();
      assertThat(read).isNotDone();
      assertThat(store.at(THIRD).get("k")).contains("w");

      store.cluster().network().heal();
      simulation.runFor(SECONDS);
      assertThat(store.at(FIRST).get("k")).contains("w");
    }
  }

  /** The members stop, and so does what the leader read by: the next view waits for nothing. */
  @Test
  void aViewOfAllBeginsAtOnce() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      Duration begun = simulation.elapsed();
      store.cluster().setView(List.of(THIRD, FIRST, SECOND));
      store.at(THIRD).put("k", "w");
      assertThat(simulation.elapsed().minus(begun)).isLessThan(HOP.multipliedBy(12));
      assertThat(store.at(FIRST).get("k")).contains("w");
    }
  }

  /** The coordinator hears nothing of it, and cannot ask it to stop. */
  @ParameterizedTest
  @CsvSource({"RAFT, 0, 20", "LEASEGUARD, 250, 270"})
  void aViewWithoutALeaderThatWasNotAskedWaitsForTheEndOfItsLease(
      Replication replication, long least, long most) {
    try (KVStore<String, String> store = open(replication)) {
      store.cluster().network().cut(FIRST, NodeId.COORDINATOR);
      simulation.runFor(SECONDS);
      store.at(FIRST).put("k", "v");
      Duration begun = simulation.elapsed();
      store.cluster().setView(List.of(SECOND, THIRD));
      store.at(SECOND).put("k", "w");
      assertThat(simulation.elapsed().minus(begun))
          .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
    }
  }

  @Test
  void aStoreMovesToItAndFromIt() {
    try (KVStore<String, String> store = open(Replication.RAFT)) {
      store.put("k", "v");
      store.cluster().reconfigure(Consistency.LINEARIZABLE, Replication.LEASEGUARD);
      assertThat(store.get("k")).contains("v");
      store.put("k", "w");
      simulation.runFor(HOP.multipliedBy(3));
      sent.clear();
      assertThat(store.at(FIRST).get("k")).contains("w");
      assertThat(sent).isEmpty();
      store.cluster().reconfigure(Consistency.SEQUENTIAL, Replication.PRIMARY);
      assertThat(store.get("k")).contains("w");
    }
  }

  @Test
  void weakerReadsAreServedByAnyReplica() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      simulation.runFor(SECONDS);
      sent.clear();
      assertThat(store.at(THIRD).get("k", Consistency.SEQUENTIAL)).contains("v");
      assertThat(store.at(SECOND).get("k", Consistency.EVENTUAL)).contains("v");
      assertThat(sent).isEmpty();
    }
  }

  @Test
  void belowTheLinearizableLevelThereIsNothingToGuard() {
    assertThatThrownBy(
            () ->
                KVStore.builder()
                    .consistency(Consistency.SEQUENTIAL)
                    .replication(Replication.LEASEGUARD)
                    .engine(simulation)
                    .open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LEASEGUARD cannot give SEQUENTIAL consistency: use PRIMARY or");
  }
}
