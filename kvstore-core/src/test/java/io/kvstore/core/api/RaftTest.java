package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.ClusterEvent;
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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Raft does what its paper says (Ongaro and Ousterhout, USENIX ATC 2014), in one view. That it
 * keeps what it promises is shown by campaigns.
 */
class RaftTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);
  private static final Duration SECONDS = Duration.ofSeconds(3);

  private final List<String> sent = new ArrayList<>(); // between replicas
  private final Simulation simulation = SentMessages.into(sent, HOP);

  private KVStore<String, String> open() {
    KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.LINEARIZABLE)
            .replication(Replication.RAFT)
            .engine(simulation)
            .open();
    simulation.runFor(SECONDS);
    sent.clear();
    return store;
  }

  private static long epoch(KVStore<String, String> store) {
    return store.cluster().view(0).epoch();
  }

  /** Its clock stands still until the time has come to which it was set forward. */
  @Test
  void aMemberWhoseClockWasSetBackVotesAsSoonAsTheOthers() {
    try (KVStore<String, String> store = open()) {
      store.cluster().skewClock(SECOND, Duration.ofMinutes(10), 0);
      store.at(SECOND).put("k", "v");
      store.cluster().skewClock(SECOND, Duration.ZERO, 0);
      store.at(SECOND).put("k", "w");
      store.cluster().crash(FIRST);
      assertThat(store.at(THIRD).get("k")).contains("w");
      store.at(THIRD).put("k", "x");
      assertThat(store.at(SECOND).get("k")).contains("x");
    }
  }

  /** 5.3. */
  @Test
  void aWriteIsAnsweredOnceAMajorityHoldsIt() {
    try (KVStore<String, String> store = open()) {
      Duration begun = simulation.elapsed();
      store.at(FIRST).put("k", "v");
      assertThat(simulation.elapsed().minus(begun)).isEqualTo(HOP.multipliedBy(2));
      simulation.runFor(SECONDS);

      assertThat(sent)
          .containsExactly(
              "n0 Append n1",
              "n0 Append n2",
              "n1 Appended n0",
              "n2 Appended n0",
              "n0 Committed n1",
              "n0 Committed n2");
    }
  }

  /** Thesis, 6.4. */
  @Test
  void aReadIsConfirmedByAMajority() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      simulation.runFor(SECONDS);
      sent.clear();
      assertThat(store.at(FIRST).get("k")).contains("v");
      assertThat(sent)
          .containsExactly("n0 Append n1", "n0 Append n2", "n1 Appended n0", "n2 Appended n0");
      sent.clear();

      assertThat(store.at(THIRD).get("k")).contains("v");
      assertThat(sent).startsWith("n2 ForwardedRequest n0").endsWith("n0 ForwardedReply n2");
    }
  }

  /** Thesis, 3.10: what it is for. The leader is moved by a view, whose first member stands. */
  @Test
  void theLeaderIsMovedByAViewThatNamesAnotherFirst() {
    try (KVStore<String, String> store = open()) {
      store.at(FIRST).put("k", "v");
      CompletableFuture<Void> meanwhile = store.at(FIRST).async().put("l", "v");
      Duration begun = simulation.elapsed();
      store.cluster().setView(List.of(THIRD, FIRST, SECOND));
      store.at(THIRD).put("k", "w");
      assertThat(simulation.elapsed().minus(begun)).isLessThan(HOP.multipliedBy(12));
      simulation.runFor(SECONDS);
      assertThat(meanwhile).isCompleted();

      sent.clear();
      store.at(THIRD).put("k", "x");
      simulation.runFor(SECONDS);
      assertThat(sent).startsWith("n2 Append n0", "n2 Append n1").hasSize(6);
      assertThat(store.at(FIRST).get("l")).contains("v");
    }
  }

  @Test
  void whileNothingIsAskedForNothingIsSent() {
    try (KVStore<String, String> store = open()) {
      store.put("k", "v");
      simulation.runFor(SECONDS);
      sent.clear();
      simulation.runFor(Duration.ofMinutes(1));
      assertThat(sent).isEmpty();
    }
  }

  /** 5.1, 5.2: whichever minority is lost, a majority goes on, in the same view. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aMinorityIsLostWithoutAChangeOfView(int number) {
    NodeId lost = NodeId.of(number);
    try (KVStore<String, String> store = open()) {
      store.put("k", "1");
      CompletableFuture<Void> underWay = store.async().put("under way", "1");
      long epoch = epoch(store);
      store.cluster().crash(NodeId.COORDINATOR);
      store.cluster().crash(lost);
      Duration crashed = simulation.elapsed();

      simulation.runUntilDone(underWay);
      store.put("next", "1");
      assertThat(simulation.elapsed().minus(crashed)).isLessThan(Duration.ofSeconds(1));
      assertThat(store.get("k")).contains("1");
      assertThat(store.get("under way")).contains("1");
      assertThat(epoch(store)).isEqualTo(epoch);

      store.cluster().restart(NodeId.COORDINATOR);
      simulation.runFor(SECONDS);
      assertThat(epoch(store)).isEqualTo(epoch);
      store.cluster().restart(lost); // without its memory
      assertThat(store.cluster().awaitMember(lost, Duration.ofSeconds(5))).isTrue();
      assertThat(epoch(store)).isGreaterThan(epoch);
      assertThat(store.at(lost).get("next")).contains("1");
    }
  }

  /** A leader that is cut off steps down; what only it holds is taken back, and asked again. */
  @Test
  void aWriteOfALeaderThatIsCutOffIsDoneOnceByTheNext() {
    try (KVStore<String, String> store = open()) {
      store.put("log", "");
      simulation.runFor(SECONDS);
      long epoch = epoch(store);
      store.cluster().network().isolate(FIRST);
      CompletableFuture<Void> underWay = store.at(FIRST).async().append("log", "a");
      simulation.runFor(HOP.multipliedBy(5));
      store.at(SECOND).append("log", "b");
      store.at(THIRD).append("log", "c");
      assertThat(underWay).isNotDone();

      store.cluster().network().heal();
      store.at(SECOND).append("log", "d");
      simulation.runUntilDone(underWay);
      assertThat(store.at(THIRD).get("log")).contains("bcda");
      assertThat(epoch(store)).isEqualTo(epoch);
    }
  }

  /** Clients that are bound to no node do not stay with one that finds no majority. */
  @Test
  void clientsLeaveAMemberThatIsCutOff() {
    try (KVStore<String, String> store = open()) {
      store.put("k", "1");
      store.cluster().network().isolate(FIRST);
      store.put("k", "2");
      Duration before = simulation.elapsed();
      store.put("k", "3");
      assertThat(simulation.elapsed().minus(before)).isLessThan(HOP.multipliedBy(10));
      store.cluster().network().heal();
      assertThat(store.at(FIRST).get("k")).contains("3");
    }
  }

  /** What a minority has may lack what was answered: that must not be shown for the whole. */
  @Test
  void whatAMinorityHasKeptDoesNotGoOnInSilence() {
    List<ClusterEvent> events = new ArrayList<>();
    try (KVStore<String, String> store = open()) {
      store.cluster().listen(events::add);
      store.put("k", "1");
      simulation.runFor(SECONDS);
      List.of(SECOND, THIRD).forEach(store.cluster()::crash);
      List.of(SECOND, THIRD).forEach(store.cluster()::restart);
      assertThat(store.cluster().awaitMember(SECOND, Duration.ofSeconds(10))).isFalse();

      store.cluster().crash(FIRST);
      store.cluster().restart(FIRST);
      assertThat(store.cluster().awaitMember(SECOND, Duration.ofSeconds(10))).isTrue();
      assertThat(events).anyMatch(ClusterEvent.DataLost.class::isInstance);
      store.session().put("k", "2");
    }
  }
}
