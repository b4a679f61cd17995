package io.kvstore.core.api;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Update;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Locks with leases and tokens do what their papers say (Anwar and others, SC 2018; Gray and
 * Cheriton, SOSP 1989; Burrows, OSDI 2006). That the cell keeps what it promises is shown by
 * campaigns.
 */
class LockingTest {
  private static final NodeId SERVICE = NodeId.of(0);
  private static final NodeId ONE = NodeId.of(1);
  private static final NodeId TWO = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);
  private static final Duration QUIET = Duration.ofMillis(15); // no second attempt by then

  private final List<String> sent = new ArrayList<>(); // between replicas
  private final Simulation simulation = SentMessages.into(sent, HOP);

  private KVStore<String, String> open(Failover failover) {
    return KVStore.builder()
        .consistency(LINEARIZABLE)
        .replication(Replication.LOCKING)
        .failover(failover)
        .engine(simulation)
        .open();
  }

  private Duration timeOf(Runnable call) {
    Duration before = simulation.elapsed();
    call.run();
    return simulation.elapsed().minus(before);
  }

  /**
   * SC 2018, active-active with strong consistency: a lock, a write to all, an answer, and the lock
   * is free.
   */
  @Test
  void anyMemberWritesToAllUnderALock() {
    try (KVStore<String, String> store = open(Failover.DEFAULT)) {
      store.at(ONE).put("first", "v"); // which waits for the view, too
      simulation.runFor(QUIET);
      sent.clear();

      assertThat(timeOf(() -> store.at(ONE).put("k", "v"))).isEqualTo(HOP.multipliedBy(4));
      assertThat(sent)
          .startsWith("n1 Lock n0", "n0 Granted n1", "n1 Store n0", "n1 Store n2")
          .contains("n0 Stored n1", "n2 Stored n1");
      simulation.runFor(QUIET);
      assertThat(sent).endsWith("n1 Complete n0", "n0 Settled n1", "n0 Settled n2");
      assertThat(store.at(TWO).get("k", EVENTUAL)).contains("v");
    }
  }

  /** SOSP 1989: what is leased is read here, without a message, until another wants to write. */
  @Test
  void aMemberReadsUnderALockThatItKeeps() {
    try (KVStore<String, String> store = open(Failover.DEFAULT)) {
      store.at(SERVICE).put("k", "v");
      simulation.runFor(QUIET);
      sent.clear();

      assertThat(store.at(TWO).get("k")).contains("v");
      assertThat(sent).containsExactly("n2 Lock n0", "n0 Granted n2");
      assertThat(timeOf(() -> store.at(TWO).get("k"))).isZero();
      assertThat(store.at(TWO).get("k")).contains("v");
      assertThat(sent).hasSize(2);

      store.at(ONE).put("k", "w");
      assertThat(sent)
          .containsSubsequence("n1 Lock n0", "n0 Recall n2", "n2 Released n0", "n0 Granted n1");
      assertThat(store.at(TWO).get("k")).contains("w");
    }
  }

  @Test
  void oneThatWritesGivesItsOwnReadLockBackByItself() {
    try (KVStore<String, String> store = open(Failover.DEFAULT)) {
      assertThat(store.at(ONE).get("k")).isEmpty();
      store.at(ONE).put("k", "v");
      simulation.runFor(QUIET);
      assertThat(sent).contains("n1 Released n0").doesNotContain("n0 Recall n1");
    }
  }

  /** Writes of one key wait for each other; those of others do not. */
  @Test
  void locksOfOtherKeysAreFree() {
    try (KVStore<String, String> store = open(Failover.byHand())) {
      store.at(SERVICE).put("k", "v");
      store.at(ONE).get("other");
      simulation.runFor(QUIET);
      store.cluster().network().cut(ONE, TWO);
      CompletableFuture<Void> write = store.at(ONE).async().put("k", "w");
      simulation.runFor(QUIET);
      assertThat(write).isNotDone();

      CompletableFuture<?> blocked = store.at(SERVICE).async().get("k");
      assertThat(store.at(SERVICE).get("other")).isEmpty();
      assertThat(store.at(ONE).get("other")).isEmpty();
      simulation.runFor(QUIET);
      assertThat(blocked).isNotDone();

      store.cluster().network().heal();
      simulation.runUntilDone(write);
      simulation.runUntilDone(blocked);
      assertThat(store.at(SERVICE).get("k")).contains("w");
    }
  }

  /** The lock service completes what a holder cannot: each of them reaches one that it needs. */
  @Test
  void aWriteWhoseHolderFallsSilentIsCompletedByTheLockService() {
    try (KVStore<String, String> store = open(Failover.byHand())) {
      store.at(SERVICE).put("k", "v");
      simulation.runFor(QUIET);
      store.cluster().network().cut(ONE, TWO);
      CompletableFuture<Void> write = store.at(ONE).async().append("k", "w");
      simulation.runFor(Duration.ofMillis(3)); // it has its token, and stores
      store.cluster().network().cutOneWay(ONE, SERVICE);
      simulation.runFor(Duration.ofMillis(400));

      assertThat(sent).contains("n0 Fence n1", "n0 Fence n2", "n2 Fenced n0");
      assertThat(write).isNotDone();
      store.cluster().network().heal();
      simulation.runUntilDone(write);
      simulation.runFor(Duration.ofMillis(100));
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).get("k")).contains("vw");
      }
    }
  }

  /** What is not on all members is shown by none. */
  @Test
  void whatOneMemberLacksIsNotShown() {
    try (KVStore<String, String> store = open(Failover.byHand())) {
      store.at(ONE).get("k");
      store.cluster().network().cut(ONE, TWO);
      CompletableFuture<Void> write = store.at(ONE).async().put("k", "v");
      simulation.runFor(Duration.ofMillis(100));

      assertThat(write).isNotDone();
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).get("k", EVENTUAL)).isEmpty();
      }
    }
  }

  /** Whichever member is lost, with whatever locks, the others go on within a second. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theLocksOfALostMemberAreFreeAndItsWritesOnAllOrNone(int number) {
    NodeId lost = NodeId.of(number);
    NodeId left = NodeId.of((number + 1) % 3);
    try (KVStore<String, String> store = open(Failover.DEFAULT)) {
      store.at(left).put("k", "1");
      assertThat(store.at(lost).get("k")).contains("1"); // with a lock to read
      CompletableFuture<Void> write = store.at(lost).async().append("k", "2");
      simulation.runFor(Duration.ofMillis(3));
      store.cluster().crash(lost);
      Duration crashed = simulation.elapsed();

      store.at(left).append("k", "3");
      assertThat(simulation.elapsed().minus(crashed)).isLessThan(Duration.ofSeconds(1));
      String value = store.at(left).get("k").orElseThrow();
      assertThat(value).isIn("13", "123");
      assertThat(write.isCompletedExceptionally() || value.equals("123")).isTrue();

      store.cluster().restart(lost);
      assertThat(store.cluster().awaitMember(lost, Duration.ofSeconds(5))).isTrue();
      assertThat(store.at(lost).get("k")).contains(value);
    }
  }

  /** A batch has all its locks at once: two that want the same in another order both go on. */
  @Test
  void batchesOfTheSameKeysDoNotWaitForEachOther() {
    try (KVStore<String, String> store = open(Failover.DEFAULT)) {
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        List<Update<String, String>> both =
            List.of(Update.put("a", "v" + i), Update.put("b", "v" + i));
        List<Update<String, String>> turned = List.of(both.get(1), both.get(0));
        all.add(store.at(NodeId.of(i % 3)).async().batch(i % 2 == 0 ? both : turned));
      }
      all.forEach(simulation::runUntilDone);
      assertThat(store.get("a")).isEqualTo(store.get("b")).isPresent();
      assertThat(Collections.frequency(sent, "n0 Fence n1")).isZero();
    }
  }
}
