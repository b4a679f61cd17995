package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
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
 * Chain replication (van Renesse and Schneider, OSDI 2004) and CRAQ (Terrace and Freedman, USENIX
 * ATC 2009) do what their papers say. That they keep what they promise is shown by campaigns.
 */
class ChainTest {
  private static final NodeId HEAD = NodeId.of(0);
  private static final NodeId MIDDLE = NodeId.of(1);
  private static final NodeId TAIL = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);

  private final List<String> sent = new ArrayList<>(); // between replicas
  private final Simulation simulation = SentMessages.into(sent, HOP);

  private KVStore<String, String> open(Replication by, Failover failover) {
    return KVStore.builder()
        .consistency(Consistency.LINEARIZABLE)
        .replication(by)
        .failover(failover)
        .engine(simulation)
        .open();
  }

  /** Section 2: an update is forwarded down the chain, and its acknowledgement comes back. */
  @Test
  void aWritePassesDownTheChainAndItsAcknowledgementUp() {
    try (KVStore<String, String> store = open(Replication.CHAIN, Failover.DEFAULT)) {
      store.at(HEAD).put("k", "v");

      assertThat(sent)
          .containsExactly(
              "n0 Update n1", "n1 Update n2", "n2 Acknowledged n1", "n1 Acknowledged n0");
    }
  }

  /** Section 2: the tail answers queries from its own state. */
  @Test
  void theTailReadsByItselfAndTheOthersAskIt() {
    try (KVStore<String, String> store = open(Replication.CHAIN, Failover.DEFAULT)) {
      store.at(HEAD).put("k", "v");
      sent.clear();

      assertThat(store.at(TAIL).get("k")).contains("v");
      assertThat(store.get("k")).contains("v");
      assertThat(sent).isEmpty();
      assertThat(store.at(HEAD).get("k")).contains("v");
      assertThat(sent).containsExactly("n0 ForwardedRequest n2", "n2 ForwardedReply n0");
    }
  }

  /** CRAQ, section 2.3: a clean key is read anywhere; of a dirty one the tail is asked. */
  @Test
  void aCleanKeyIsReadAnywhereAndTheTailIsAskedOfADirtyOne() {
    try (KVStore<String, String> store = open(Replication.CRAQ, Failover.byHand())) {
      store.at(HEAD).put("k", "1");
      store.at(HEAD).put("clean", "1");
      store.cluster().network().cut(MIDDLE, TAIL);
      CompletableFuture<Void> write = store.at(HEAD).async().put("k", "2");
      simulation.runFor(HOP.multipliedBy(3));
      sent.clear();

      assertThat(store.at(HEAD).get("clean")).contains("1");
      assertThat(sent).isEmpty();
      assertThat(store.at(HEAD).get("k")).contains("1");
      assertThat(sent).contains("n0 VersionQuery n2", "n2 Version n0");
      assertThat(write).isNotDone();

      store.cluster().network().heal();
      simulation.runUntilDone(write);
      assertThat(store.at(HEAD).get("k")).contains("2");
    }
  }

  /** CRAQ: what the tail has performed every member shows, whether it has heard of that or not. */
  @Test
  void aMemberThatAsksTheTailPerformsWhatThatHas() {
    try (KVStore<String, String> store = open(Replication.CRAQ, Failover.byHand())) {
      store.at(HEAD).put("k", "1");
      CompletableFuture<Void> write = store.at(HEAD).async().put("k", "2");
      simulation.runFor(HOP.plus(HOP.dividedBy(2)));
      store.cluster().network().cut(HEAD, MIDDLE); // no acknowledgement comes to the head
      simulation.runFor(HOP.multipliedBy(5));
      sent.clear();

      assertThat(store.at(TAIL).get("k")).contains("2");
      assertThat(write).isNotDone();
      assertThat(store.at(HEAD).get("k")).contains("2");
      assertThat(sent).contains("n0 VersionQuery n2", "n2 Version n0");
      assertThat(write).isDone();
    }
  }

  /** Section 3: whichever member is lost, the others go on within a second, and lose nothing. */
  @ParameterizedTest
  @CsvSource({"CHAIN, 0", "CHAIN, 1", "CHAIN, 2", "CRAQ, 0", "CRAQ, 1", "CRAQ, 2"})
  void theOthersGoOnWithoutAMemberThatIsLost(Replication by, int number) {
    NodeId lost = NodeId.of(number);
    try (KVStore<String, String> store = open(by, Failover.DEFAULT)) {
      store.put("k", "1");
      CompletableFuture<Void> underWay = store.async().put("under way", "1");
      store.cluster().crash(lost);
      Duration crashed = simulation.elapsed();

      simulation.runUntilDone(underWay);
      store.put("next", "1");
      assertThat(simulation.elapsed().minus(crashed)).isLessThan(Duration.ofSeconds(1));
      assertThat(store.get("k")).contains("1");
      assertThat(store.get("under way")).contains("1");

      store.cluster().restart(lost);
      assertThat(store.cluster().awaitMember(lost, Duration.ofSeconds(5))).isTrue();
      List<NodeId> members = store.cluster().view(0).members();
      assertThat(members.get(members.size() - 1)).isEqualTo(lost); // it has joined at the tail
      assertThat(store.at(lost).get("next")).contains("1");
    }
  }
}
