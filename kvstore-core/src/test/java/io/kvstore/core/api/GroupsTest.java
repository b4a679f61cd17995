package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups whose members change. */
final class GroupsTest {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(20);

  private static KVStore<String, String> byHand(Bench bench) {
    return bench.builder().failover(Failover.byHand()).timeout(Duration.ofSeconds(2)).open();
  }

  private static void put(Bench bench, KVStore<String, String> store, String key, String value) {
    bench.untilServed(() -> store.put(key, value));
  }

  // Failover

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aStoreGoesOnWithoutANodeThatCrashed(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      put(bench, store, "k", "1");
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("1"));
      }
      NodeId lost = store.cluster().view(0).primary();
      store.cluster().crash(lost);
      put(bench, store, "k", "2");
      if (setup.goesByMajorities()) { // which does so without another view
        assertThat(store.cluster().view(0).members()).contains(lost);
      } else {
        bench.eventually(() -> assertThat(store.cluster().view(0).members()).doesNotContain(lost));
      }
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("2"));

      store.cluster().restart(lost);
      assertThat(store.cluster().awaitMember(lost, SOON)).isTrue();
      assertThat(store.cluster().status(lost)).isEqualTo(NodeStatus.SERVING);
      bench.eventually(() -> assertThat(store.at(lost).get("k")).contains("2"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void whatWasAnsweredSurvivesAsLongAsOneMemberDoes(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1");
      store.cluster().crash(N0);
      put(bench, store, "k", "2");
      store.cluster().crash(N1);
      put(bench, store, "l", "3");

      assertThat(store.get("k")).contains("2");
      assertThat(store.cluster().view(0).members()).containsExactly(N2);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aPauseOfAFifthOfASecondChangesNoView(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      long epoch = store.cluster().view(0).epoch();
      for (NodeId node : store.cluster().nodes()) {
        store.cluster().pause(node, Duration.ofMillis(200));
        store.put("k", node.toString());
      }
      bench.pass(Duration.ofSeconds(1));
      assertThat(store.cluster().view(0).epoch()).isEqualTo(epoch);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aPrimaryThatIsCutOffAnswersNoReadOnceAnotherMayServe(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().timeout(Duration.ofSeconds(2)).open()) {
      store.put("k", "1");
      NodeId deposed = store.cluster().view(0).primary();
      store.cluster().network().isolate(deposed);
      put(bench, store, "k", "2");

      assertThatThrownBy(() -> store.at(deposed).get("k")).isInstanceOf(UnavailableException.class);
      store.cluster().network().heal();
      bench.eventually(() -> assertThat(store.at(deposed).get("k")).contains("2"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aStoreServesWithoutACoordinatorAndFailsOverOnceItIsBack(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().timeout(Duration.ofSeconds(2)).open()) {
      store.cluster().crash(NodeId.COORDINATOR);
      bench.pass(Duration.ofSeconds(2));
      store.put("k", "1");
      assertThat(store.get("k")).contains("1");

      store.cluster().crash(N0);
      bench.pass(Duration.ofSeconds(1));
      assertThatThrownBy(() -> store.put("k", "2")).isInstanceOf(RuntimeException.class);
      store.cluster().restart(NodeId.COORDINATOR);
      put(bench, store, "k", "3");
      assertThat(store.cluster().view(0).members()).containsExactly(N1, N2);
    }
  }

  // Nodes that come and go

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aNodeIsAddedAfterAViewWasSet(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      put(bench, store, "k", "1");
      store.cluster().setView(List.of(N1, N0, N2));
      NodeId added = store.cluster().add();
      assertThat(store.cluster().awaitMember(added, SOON)).isTrue();
      bench.eventually(() -> assertThat(store.at(added).get("k")).contains("1"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aNodeIsAddedAndAnotherLeaves(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      put(bench, store, "k", "1");
      NodeId added = store.cluster().add();
      assertThat(added).isEqualTo(NodeId.of(3));
      assertThat(store.cluster().awaitMember(added, SOON)).isTrue();
      bench.eventually(() -> assertThat(store.at(added).get("k")).contains("1"));

      store.cluster().remove(N0);
      assertThat(store.cluster().nodes()).containsExactly(N1, N2, added);
      assertThat(store.cluster().view(0).members()).doesNotContain(N0).contains(added);
      put(bench, store, "k", "2");
      bench.eventually(() -> assertThat(store.at(added).get("k")).contains("2"));
      assertThatThrownBy(() -> store.at(N0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there is no node n0");
    }
  }

  // Views that are set

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aViewIsSetByHand(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = byHand(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "1");
      cluster.setView(List.of(N1, N2));
      bench.eventually(() -> assertThat(cluster.view(0).members()).containsExactly(N1, N2));
      put(bench, store, "k", "2");
      assertThat(store.get("k")).contains("2");

      cluster.crash(N1);
      bench.pass(Duration.ofSeconds(2));
      assertThat(cluster.view(0).members()).containsExactly(N1, N2);
      cluster.setView(List.of(N2));
      put(bench, store, "k", "3");
      assertThat(store.get("k")).contains("3");

      cluster.restart(N1);
      cluster.setView(List.of(N2, N1, N0));
      bench.eventually(() -> assertThat(cluster.view(0).members()).containsExactly(N2, N1, N0));
      put(bench, store, "l", "4");
      for (NodeId node : cluster.nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("3"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aClusterSplitsIntoTwoThatEvolveApart(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = byHand(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "1");
      NodeId n3 = cluster.add();
      assertThat(cluster.viewOf(n3, 0)).isEmpty();
      assertThatThrownBy(() -> store.at(n3).get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("n3 is in no view");
      cluster.setView(List.of(N0, N1, N2, n3));
      bench.eventually(() -> assertThat(store.at(n3).get("k")).contains("1"));

      cluster.setView(List.of(N0, N1));
      cluster.setView(List.of(N2, n3));
      bench.untilServed(() -> store.at(N0).put("k", "left"));
      bench.untilServed(() -> store.at(N2).put("k", "right"));
      bench.eventually(() -> assertThat(store.at(N1).get("k")).contains("left"));
      bench.eventually(() -> assertThat(store.at(n3).get("k")).contains("right"));

      cluster.setView(List.of(N0, N1, n3)); // from elsewhere
      bench.eventually(() -> assertThat(store.at(n3).get("k")).contains("left"));
      bench.untilServed(() -> store.at(N2).put("l", "alone"));
      assertThat(store.at(N2).get("k")).contains("right");
      assertThat(store.at(n3).get("l")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void anExpelledNodeServesNobodyUntilItIsNamedInAView(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = byHand(bench)) {
      store.put("k", "1");
      store.cluster().expel(N2);
      assertThatThrownBy(() -> store.at(N2).get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("n2 is in no view");
      put(bench, store, "k", "2");
      store.cluster().setView(List.of(N0, N1, N2));
      bench.eventually(() -> assertThat(store.at(N2).get("k")).contains("2"));
    }
  }

  @Test
  void aViewNamesNodesThatAreThereEachOnce() {
    try (KVStore<String, String> store = KVStore.builder().open()) {
      assertThatThrownBy(() -> store.cluster().setView(List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.cluster().setView(List.of(N0, N0)))
          .hasMessageContaining("each named once");
      assertThatThrownBy(() -> store.cluster().setView(List.of(NodeId.of(7))))
          .hasMessageContaining("there is no node n7");
    }
  }

  @Test
  void detectionTakesAWhile() {
    assertThatThrownBy(() -> Failover.after(Duration.ofMillis(1)))
        .hasMessageContaining("at least PT0.01S");
    assertThat(Failover.DEFAULT.isAutomatic()).isTrue();
    assertThat(Consistency.values()).isNotEmpty();
  }
}
