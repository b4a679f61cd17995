package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.spi.Decider.Passage;
import io.kvstore.core.trace.TraceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of messages is decided by what a simulation is given. */
class DeciderTest {
  private static final Duration A_WHILE = Duration.ofMillis(20);

  private final List<Passage> appends = new ArrayList<>();
  private final List<TraceEvent> events = new ArrayList<>();

  /** Keeps what is appended at the last node, and leaves the rest to the seed. */
  private void keepAppends(Passage passage) {
    boolean isAppend = passage.message().getClass().getSimpleName().equals("Append");
    if (isAppend && passage.to().equals(NodeId.of(2))) {
      appends.add(passage);
    } else {
      passage.arriveAt(passage.due());
    }
  }

  private KVStore<String, String> open(Simulation simulation) {
    return KVStore.builder().consistency(Consistency.LINEARIZABLE).engine(simulation).open();
  }

  private Simulation keeping() {
    return Simulation.withSeed(1).trace(events::add).decider(this::keepAppends);
  }

  @Test
  void aWriteIsAnsweredWhenTheMessageThatWasKeptArrives() {
    Simulation simulation = keeping();
    try (KVStore<String, String> store = open(simulation)) {
      CompletableFuture<Void> write = store.async().put("k", "v");
      simulation.runFor(A_WHILE);
      assertThat(write).isNotDone();
      assertThat(appends).isNotEmpty().allMatch(Passage::isUnderWay);
      appends.forEach(each -> each.arriveAt(0)); // that has passed: at once
      simulation.runFor(A_WHILE);
      assertThat(write).isCompleted();
      assertThat(appends.get(0).isUnderWay()).isFalse();
    }
  }

  @Test
  void theLastDecisionCounts() {
    Simulation simulation = keeping();
    try (KVStore<String, String> store = open(simulation)) {
      CompletableFuture<Void> write = store.async().put("k", "v");
      simulation.runFor(Duration.ofMillis(1));
      Passage append = appends.get(0);
      append.arriveAt(append.due());
      append.hold();
      simulation.runFor(Duration.ofMillis(5));
      assertThat(append.isUnderWay()).isTrue();
      assertThat(write).isNotDone();
    }
  }

  @Test
  void whatIsLostIsToldAndDoesNotArriveLater() {
    Simulation simulation = keeping();
    try (KVStore<String, String> store = open(simulation)) {
      CompletableFuture<Void> write = store.async().put("k", "v");
      simulation.runFor(Duration.ofMillis(1));
      Passage append = appends.get(0);
      append.lose("a test wants it so");
      append.arriveAt(append.due());
      simulation.runFor(Duration.ofMillis(1));
      assertThat(append.isUnderWay()).isFalse();
      assertThat(events)
          .anyMatch(
              each -> each instanceof TraceEvent.Dropped lost && lost.why().contains("a test"));
      assertThat(write).isNotDone();
    }
  }

  @Test
  void aCopyArrivesBesideTheFirstAndChangesNothing() {
    Simulation simulation = keeping();
    try (KVStore<String, String> store = open(simulation)) {
      CompletableFuture<Void> write = store.async().put("k", "v");
      simulation.runFor(Duration.ofMillis(1));
      Passage copy = appends.get(0).copy();
      appends.get(0).arriveAt(0);
      copy.arriveAt(0);
      simulation.runFor(Duration.ofMillis(2));
      assertThat(write).isCompleted();
      assertThat(copy.isUnderWay()).isFalse();
      assertThat(store.get("k")).contains("v");
    }
  }

  @Test
  void theSameDecisionsGiveTheSameRun() {
    List<String> first = runOfDecisions();
    assertThat(first).isNotEmpty().isEqualTo(runOfDecisions());
  }

  private static List<String> runOfDecisions() {
    List<String> trace = new ArrayList<>();
    int[] sent = {0};
    Decider late =
        passage -> passage.arriveAt(passage.due() + (++sent[0] % 3 == 0 ? 2_000_000 : 0));
    Simulation simulation =
        Simulation.withSeed(3).trace(event -> trace.add(event.toString())).decider(late);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.SEQUENTIAL).engine(simulation).open()) {
      for (int i = 0; i < 10; i++) {
        store.put("k" + i % 3, "v" + i);
      }
      simulation.runFor(Duration.ofSeconds(2));
    }
    return trace;
  }
}
