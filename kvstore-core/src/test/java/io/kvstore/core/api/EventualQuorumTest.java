package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.Update;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store whose writes wait for W members and whose reads for R (Dynamo, SOSP 2007). */
final class EventualQuorumTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final Duration HOP = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final Simulation simulation =
      Simulation.withSeed(1).links(new Faults(Delay.fixed(HOP), 0, 0, 0));

  private StoreBuilder<String, String> builder() {
    return KVStore.builder()
        .engine(simulation)
        .consistency(Consistency.EVENTUAL)
        .replication(Replication.QUORUM);
  }

  private KVStore<String, String> open(StoreBuilder<String, String> builder) {
    KVStore<String, String> store = builder.open();
    simulation.runFor(Duration.ofSeconds(1));
    return store;
  }

  private Duration timeOf(Runnable action) {
    Duration before = simulation.elapsed();
    action.run();
    return simulation.elapsed().minus(before);
  }

  /** What a replica holds, without asking any other. */
  private static List<String> heldBy(KVStore<String, String> store, NodeId node) {
    return store.at(node).scan(Scan.all()).stream()
        .map(item -> item.key() + "=" + item.value())
        .toList();
  }

  // Section 4.5: W and R

  @Test
  void byDefaultAWriteAndAReadAreOneRoundTripAtEveryMember() {
    try (KVStore<String, String> store = open(builder())) {
      for (NodeId node : store.cluster().nodes()) {
        Session<String, String> session = store.at(node);
        assertThat(timeOf(() -> session.put("k", node.toString()))).isEqualTo(HOP.multipliedBy(2));
        assertThat(timeOf(() -> assertThat(session.get("k")).contains(node.toString())))
            .isEqualTo(HOP.multipliedBy(2));
      }
    }
  }

  @Test
  void whoAsksForOneWaitsForNoOther() {
    try (KVStore<String, String> store = open(builder().acks(1).readsFrom(1))) {
      assertThat(timeOf(() -> store.at(FIRST).put("k", "v"))).isZero();
      assertThat(timeOf(() -> assertThat(store.at(FIRST).get("k")).contains("v"))).isZero();
      assertThat(store.at(SECOND).get("k")).isEmpty();
    }
  }

  @Test
  void whereWritesWaitForAllReadsNeedNoOther() {
    try (KVStore<String, String> store = open(builder().acks(3).readsFrom(1))) {
      assertThat(timeOf(() -> store.at(FIRST).put("k", "v"))).isEqualTo(HOP.multipliedBy(2));
      assertThat(timeOf(() -> assertThat(store.at(THIRD).get("k")).contains("v"))).isZero();
      store.cluster().crash(SECOND);
      assertThatThrownBy(() -> store.at(FIRST).put("k", "w"))
          .isInstanceOf(IndeterminateException.class);
      assertThat(store.at(THIRD).get("k")).contains("w");
    }
  }

  @Test
  void aReadOfAMajoritySeesWhatAMajorityHasWrittenWhereverThatWas() {
    try (KVStore<String, String> store = open(builder())) {
      store.cluster().network().cut(FIRST, THIRD);
      store.at(FIRST).put("k", "v");
      assertThat(heldBy(store, THIRD)).isEmpty();
      assertThat(store.at(THIRD).get("k")).contains("v");
      assertThat(store.at(THIRD).getAll(List.of("k", "l"))).containsOnlyKeys("k");
    }
  }

  // Section 4.6: failures that pass

  @Test
  void noMinorityIsMissedForAMoment() {
    try (KVStore<String, String> store = open(builder())) {
      Session<String, String> session = store.at(SECOND);
      session.put("k", "1");
      long epoch = store.cluster().view(0).epoch();
      store.cluster().crash(FIRST);
      store.cluster().crash(NodeId.COORDINATOR);
      assertThat(timeOf(() -> session.put("k", "2"))).isEqualTo(HOP.multipliedBy(2));
      assertThat(timeOf(() -> assertThat(store.at(THIRD).get("k")).contains("2")))
          .isEqualTo(HOP.multipliedBy(2));
      simulation.runFor(LONG);
      assertThat(store.cluster().view(0).epoch()).isEqualTo(epoch);
    }
  }

  @Test
  void aMemberThatWasCutOffIsHandedWhatItHasMissed() {
    try (KVStore<String, String> store = open(builder())) {
      long epoch = store.cluster().view(0).epoch();
      store.cluster().network().isolate(THIRD);
      store.at(FIRST).put("a", "1");
      store.at(SECOND).put("b", "2");
      simulation.runFor(LONG);
      assertThat(heldBy(store, THIRD)).isEmpty();
      store.cluster().network().heal();
      simulation.runFor(Duration.ofMillis(50));
      assertThat(heldBy(store, THIRD)).containsExactly("a=1", "b=2");
      assertThat(store.cluster().view(0).epoch()).isEqualTo(epoch);
    }
  }

  @Test
  void aMemberThatHasLostItsMemoryGetsAllInTheNextView() {
    try (KVStore<String, String> store = open(builder())) {
      store.put("a", "1");
      store.cluster().crash(THIRD);
      store.at(FIRST).put("b", "2");
      store.cluster().restart(THIRD);
      assertThat(store.cluster().awaitMember(THIRD, LONG)).isTrue();
      assertThat(heldBy(store, THIRD)).containsExactly("a=1", "b=2");
    }
  }

  @Test
  void aClientThatIsBoundToNoNodeLeavesAMemberThatIsCutOff() {
    try (KVStore<String, String> store = open(builder().timeout(Duration.ofSeconds(2)))) {
      store.put("k", "1");
      for (NodeId node : store.cluster().nodes()) {
        store.cluster().network().isolate(node);
        assertThat(store.get("k")).contains("1");
        simulation.runFor(LONG);
        assertThat(timeOf(() -> store.put("k", "1"))).isLessThan(Duration.ofSeconds(1));
        store.cluster().network().heal();
        simulation.runFor(LONG);
      }
    }
  }

  /** A put that has begun may have been done: so one that could not be is not begun. */
  @Test
  void aMemberThatIsCutOffAsksBeforeItWrites() {
    try (KVStore<String, String> store = open(builder().timeout(Duration.ofSeconds(2)))) {
      store.cluster().network().isolate(FIRST);
      Session<String, String> session = store.at(FIRST);
      assertThatThrownBy(() -> session.put("k", "1")).isInstanceOf(IndeterminateException.class);
      assertThatThrownBy(() -> session.put("l", "1")).hasMessageContaining("as a read asks");
      assertThat(heldBy(store, FIRST)).containsExactly("k=1");
      store.cluster().network().heal();
      session.put("l", "2");
    }
  }

  // Read repair, and section 4.7: replica synchronization

  @Test
  void aReadWritesTheNewerCopyBackToWhereItFindsAnOlderOne() {
    try (KVStore<String, String> store = open(builder())) {
      store.put("k", "old");
      simulation.runFor(LONG);
      store.cluster().network().cut(FIRST, THIRD);
      store.at(FIRST).put("k", "new");
      assertThat(heldBy(store, THIRD)).containsExactly("k=old");
      assertThat(store.at(SECOND).get("k")).contains("new");
      simulation.runFor(HOP.multipliedBy(3));
      assertThat(heldBy(store, THIRD)).containsExactly("k=new");
    }
  }

  @Test
  void whatNoReadHasRepairedComesFromAnotherThanItsWriter() {
    try (KVStore<String, String> store = open(builder())) {
      store.cluster().network().cut(FIRST, THIRD);
      store.at(FIRST).put("k", "v");
      store.cluster().crash(FIRST);
      assertThat(heldBy(store, THIRD)).isEmpty();
      simulation.runFor(LONG);
      assertThat(heldBy(store, THIRD)).containsExactly("k=v");
    }
  }

  @Test
  void aRemovalIsNotUndoneByAnOlderCopyAndIsForgottenInTheEnd() {
    try (KVStore<String, String> store = open(builder())) {
      store.put("k", "v");
      simulation.runFor(LONG);
      store.cluster().network().isolate(THIRD);
      assertThat(store.at(FIRST).remove("k")).isTrue();
      simulation.runFor(LONG);
      store.cluster().network().heal();
      assertThat(store.at(THIRD).get("k")).isEmpty();
      simulation.runFor(LONG);
      assertThat(store.at(FIRST).get("k")).isEmpty();
      assertThat(simulation.sizes().values()).allMatch(size -> size == 0);
    }
  }

  // What depends on what is there

  @Test
  void aWriteThatDependsOnWhatIsThereReadsFirst() {
    try (KVStore<String, String> store = open(builder())) {
      store.cluster().network().cut(FIRST, THIRD);
      assertThat(store.at(FIRST).add("n", 2)).isEqualTo(2);
      assertThat(store.at(THIRD).add("n", 3)).isEqualTo(5);
      assertThat(store.at(FIRST).putIfAbsent("k", "1")).isTrue();
      assertThat(store.at(THIRD).putIfAbsent("k", "2")).isFalse();
      store.at(THIRD).batch(List.of(Update.<String, String>append("k", "!"), Update.put("l", "3")));
      assertThat(store.at(FIRST).get("k")).contains("1!");
      assertThat(store.at(FIRST).get("l")).contains("3");
    }
  }
}
