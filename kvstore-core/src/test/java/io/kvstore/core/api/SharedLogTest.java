package io.kvstore.core.api;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static io.kvstore.Consistency.SEQUENTIAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shared log does what its papers say (Anwar and others, SC 2018; CORFU, NSDI 2012; Tango, SOSP
 * 2013). That it keeps what it promises is shown by campaigns.
 */
class SharedLogTest {
  private static final NodeId SEQUENCER = NodeId.of(0);
  private static final NodeId KEEPER = NodeId.of(1);
  private static final NodeId OTHER = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);
  private static final Duration QUIET = Duration.ofMillis(200);

  private final List<String> sent = new ArrayList<>(); // between replicas
  private final Simulation simulation = SentMessages.into(sent, HOP);

  private KVStore<String, String> open(Consistency level, Failover failover) {
    return KVStore.builder()
        .consistency(level)
        .replication(Replication.SHARED_LOG)
        .failover(failover)
        .engine(simulation)
        .open();
  }

  /** CORFU, section 2: a client gets a position, and the entry is stored where the log is kept. */
  @Test
  void aWriteIsStoredWithTheKeepersAndFetchedByTheOthersLater() {
    try (KVStore<String, String> store = open(SEQUENTIAL, Failover.DEFAULT)) {
      store.at(SEQUENCER).put("k", "v");
      assertThat(sent).containsExactly("n0 Store n1", "n1 Stored n0", "n0 Grown n1", "n0 Grown n2");

      sent.clear();
      assertThat(store.at(OTHER).get("k", EVENTUAL)).isEmpty();
      simulation.runFor(QUIET);
      assertThat(store.at(OTHER).get("k", EVENTUAL)).contains("v");
      assertThat(sent).containsExactly("n2 Fetch n0", "n0 Fetched n2", "n2 Stored n0");
    }
  }

  /** Tango, section 3: many entries are played back at once. */
  @Test
  void manyWritesAreFetchedAtOnce() {
    try (KVStore<String, String> store = open(EVENTUAL, Failover.DEFAULT)) {
      List<CompletableFuture<Void>> writes =
          IntStream.range(0, 50)
              .mapToObj(i -> store.at(SEQUENCER).async().put("k" + i, "v"))
              .toList();
      writes.forEach(simulation::runUntilDone);
      simulation.runFor(QUIET);

      assertThat(store.at(OTHER).size()).isEqualTo(50);
      assertThat(Collections.frequency(sent, "n0 Fetched n2")).isEqualTo(1);
    }
  }

  /** Tango, section 3.1: a member that has appended plays the log back up to there, and answers. */
  @ParameterizedTest
  @ValueSource(strings = {"LINEARIZABLE", "SEQUENTIAL", "EVENTUAL"})
  void aMemberAnswersAWriteOnceItHasPerformedItInTheLogsOrder(Consistency level) {
    try (KVStore<String, String> store = open(level, Failover.DEFAULT)) {
      store.at(SEQUENCER).put("k", "1");
      store.at(OTHER).append("k", "2");

      assertThat(store.at(OTHER).get("k", EVENTUAL)).contains("12");
      assertThat(sent)
          .containsSubsequence(
              "n2 ForwardedRequest n0",
              "n0 Store n1",
              "n1 Stored n0",
              "n0 ForwardedReply n2",
              "n2 Fetch n0",
              "n0 Fetched n2");
    }
  }

  /** Tango, section 3.1: a linearizable read first checks the tail. */
  @Test
  void aLinearizableReadFetchesUpToTheTail() {
    try (KVStore<String, String> store = open(LINEARIZABLE, Failover.DEFAULT)) {
      store.at(SEQUENCER).put("k", "v");
      sent.clear();

      assertThat(store.at(SEQUENCER).get("k")).contains("v");
      assertThat(sent).isEmpty();
      assertThat(store.at(OTHER).get("k")).contains("v");
      assertThat(sent).startsWith("n2 Fetch n0", "n0 Fetched n2");
    }
  }

  @Test
  void aReplicaThatIsAskedForMoreThanItHasFetchesAtOnce() {
    try (KVStore<String, String> store = open(SEQUENTIAL, Failover.DEFAULT)) {
      Session<String, String> session = store.at(SEQUENCER);
      session.put("k", "v");
      Duration begun = simulation.elapsed();

      assertThat(session.at(OTHER).get("k")).contains("v");
      assertThat(simulation.elapsed().minus(begun)).isEqualTo(HOP.multipliedBy(2));
    }
  }

  /** What only the sequencer holds may be lost with it: it is neither answered nor fetched. */
  @Test
  void whatOneMemberAloneHoldsIsNotShown() {
    try (KVStore<String, String> store = open(SEQUENTIAL, Failover.byHand())) {
      store.cluster().network().cut(SEQUENCER, KEEPER);
      CompletableFuture<Void> write = store.at(SEQUENCER).async().put("k", "v");
      simulation.runFor(QUIET);

      assertThat(write).isNotDone();
      assertThat(store.at(SEQUENCER).get("k")).isEmpty();
      assertThat(store.at(OTHER).get("k")).isEmpty();

      store.cluster().network().heal();
      simulation.runUntilDone(write);
      simulation.runFor(QUIET);
      assertThat(store.at(OTHER).get("k")).contains("v");
    }
  }

  /** Whichever member is lost, the others go on within a second, and lose nothing. */
  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, 0",
    "LINEARIZABLE, 1",
    "LINEARIZABLE, 2",
    "EVENTUAL, 0",
    "EVENTUAL, 1"
  })
  void theOthersGoOnWithoutAMemberThatIsLost(Consistency level, int number) {
    NodeId lost = NodeId.of(number);
    NodeId left = NodeId.of((number + 1) % 3);
    try (KVStore<String, String> store = open(level, Failover.DEFAULT)) {
      store.at(left).put("k", "1");
      store.cluster().crash(lost);
      Duration crashed = simulation.elapsed();

      store.at(left).put("next", "1");
      assertThat(simulation.elapsed().minus(crashed)).isLessThan(Duration.ofSeconds(1));
      assertThat(store.at(left).get("k")).contains("1");

      store.cluster().restart(lost);
      assertThat(store.cluster().awaitMember(lost, Duration.ofSeconds(5))).isTrue();
      assertThat(store.at(lost).get("next")).contains("1");
    }
  }

  /** With two of three their memory is lost: what is left may lack what was answered. */
  @Test
  void oneOfThreeDoesNotGoOnAlone() {
    try (KVStore<String, String> store = open(SEQUENTIAL, Failover.DEFAULT)) {
      store.at(SEQUENCER).put("k", "1");
      store.cluster().crash(SEQUENCER);
      store.cluster().crash(KEEPER);
      CompletableFuture<Void> write = store.at(OTHER).async().put("k", "2");
      simulation.runFor(Duration.ofMillis(900));

      assertThat(store.cluster().view(0).members()).hasSize(3);
      assertThat(write).isNotDone();
    }
  }
}
