package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.spi.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a simulation can have that other stores have not, and what it tells of what is kept. */
class UnusualSimulationTest {
  private static KVStore<String, String> open(Simulation simulation, Consistency level) {
    return KVStore.builder()
        .engine(simulation)
        .consistency(level)
        .replication(level == Consistency.EVENTUAL ? Replication.BROADCAST : Replication.PRIMARY)
        .open();
  }

  /** Fifty writes while a member cannot be reached, and what follows when it can. */
  private static void cutOffAndBack(Simulation simulation) {
    try (KVStore<String, String> store = open(simulation, Consistency.EVENTUAL)) {
      store.cluster().network().cut(NodeId.of(0), NodeId.of(2));
      for (int i = 0; i < 50; i++) {
        store.at(NodeId.of(0)).put("k" + i, "v");
      }
      store.cluster().network().heal();
      simulation.runFor(Duration.ofSeconds(30));
      assertThat(store.at(NodeId.of(2)).size()).isEqualTo(50);
    }
  }

  @Test
  void whatIsMoreThanTheBoundsComesAsACopy() {
    Simulation usual = Simulation.withSeed(1);
    cutOffAndBack(usual);
    assertThat(usual.timesReached(Moment.LAGGARD_SENT_A_COPY)).isZero();
    Simulation small = Simulation.withSeed(1).bounds(new Bounds(4, 4, 4));
    cutOffAndBack(small);
    assertThat(small.timesReached(Moment.LAGGARD_SENT_A_COPY)).isPositive();
  }

  @Test
  void boundsLeaveRoomForSomething() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Bounds(1, 0, 1));
  }

  @Test
  void theUnusualIsDrawnFromTheSeed() {
    List<Long> events = new ArrayList<>();
    Consumer<Simulation> play =
        simulation -> {
          cutOffAndBack(simulation);
          events.add(simulation.events());
        };
    play.accept(Simulation.withSeed(7));
    play.accept(Simulation.withSeed(7).unusual());
    play.accept(Simulation.withSeed(7).unusual());
    assertThat(events.get(1)).isEqualTo(events.get(2)).isNotEqualTo(events.get(0));
  }

  @Test
  void whatIsKeptForOthersIsToldAndIsGoneInTheEnd() {
    Simulation simulation = Simulation.withSeed(3);
    try (KVStore<String, String> store = open(simulation, Consistency.LINEARIZABLE)) {
      assertThat(simulation.sizes()).isEmpty();
      store.cluster().network().cut(NodeId.of(0), NodeId.of(2));
      CompletableFuture<Void> put = store.async().put("k", "v");
      simulation.runFor(Duration.ofMillis(50));
      Map<String, Integer> waiting = simulation.sizes();
      assertThat(waiting)
          .containsEntry("operations that are not committed at n0", 1)
          .containsEntry("replies that are owed at n0", 1)
          .containsEntry("calls that are open at n0", 1);
      store.cluster().network().heal();
      simulation.runUntilDone(put);
      simulation.runFor(Duration.ofSeconds(5));
      assertThat(simulation.sizes()).isEmpty();
    }
  }

  @Test
  void timePassesUntilAConditionHoldsAndNotForLonger() {
    Simulation simulation = Simulation.withSeed(3);
    try (KVStore<String, String> store = open(simulation, Consistency.LINEARIZABLE)) {
      CompletableFuture<Void> put = store.async().put("k", "v");
      Duration before = simulation.elapsed();
      simulation.runUntil(put::isDone, Duration.ofSeconds(5));
      assertThat(put).isDone();
      assertThat(simulation.elapsed()).isLessThan(before.plusSeconds(1));
      Duration then = simulation.elapsed();
      simulation.runUntil(() -> false, Duration.ofSeconds(5));
      assertThat(simulation.elapsed()).isEqualTo(then.plusSeconds(5));
    }
  }

  @Test
  void allMomentsOfTheLibraryCanBeNamed() {
    assertThat(Simulation.moments())
        .contains(Moment.values())
        .extracting(Enum::name)
        .contains("LEASE_WAITED_OUT");
  }
}
