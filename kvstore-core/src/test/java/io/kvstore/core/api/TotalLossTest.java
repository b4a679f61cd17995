package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.WatchPosition;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A store in memory all of whose nodes have crashed says so once, and goes on. */
final class TotalLossTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static Stream<Setup> withPromises() {
    return Setup.allSharded()
        .filter(setup -> setup.isAtLeast(Consistency.CAUSAL))
        .filter(setup -> setup.replication() != Replication.QUORUM); // sessions have seen no place
  }

  private static void loseAll(Bench bench, Cluster cluster) {
    List<NodeId> nodes = cluster.nodes();
    nodes.forEach(cluster::crash);
    nodes.forEach(cluster::restart);
    bench.until(() -> cluster.health() == Health.WHOLE);
  }

  private static void assertToldOnce(Session<String, String> session, String key) {
    assertThatThrownBy(() -> session.get(key))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("is lost: all its nodes had crashed");
    assertThat(session.get(key)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("withPromises")
  void aSessionFromBeforeIsToldOnceThatItsPastIsLost(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Session<String, String> session = store.session();
        Session<String, String> other = store.session()) {
      for (int i = 0; i < 5; i++) {
        session.put("k", "v" + i);
      }
      Position token = Position.parse(session.position().toString());
      assertThat(other.get("new")).isEmpty();
      loseAll(bench, store.cluster());

      assertToldOnce(session, "k");
      try (Session<String, String> heir = store.session(token)) {
        assertToldOnce(heir, "k");
      }
      try (Session<String, String> fresh = store.session()) {
        for (int i = 0; i < 3; i++) { // fewer than before
          fresh.put("k", "new");
        }
        Position after = fresh.position();
        try (Session<String, String> heir = store.session(after)) {
          assertThat(heir.get("k")).contains("new");
        }
        assertThat(fresh.get("k")).contains("new");
      }
      bench.eventually(() -> assertThat(session.get("k")).contains("new"));
      try (Session<String, String> heir = store.session(token)) { // however much was written since
        assertThatThrownBy(() -> heir.get("k")).isInstanceOf(UnavailableException.class);
        bench.eventually(() -> assertThat(heir.get("k")).contains("new"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aLossIsAnEventAndCounted(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      Queue<ClusterEvent> events = new ConcurrentLinkedQueue<>();
      store.cluster().listen(events::add);
      bench.untilServed(() -> store.put("k", "v"));
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("v"));
      }
      store.cluster().crash(NodeId.of(0));
      store.cluster().restart(NodeId.of(0));
      assertThat(store.cluster().awaitMember(NodeId.of(0), SOON)).isTrue();
      assertThat(store.cluster().losses()).isZero();
      loseAll(bench, store.cluster());

      assertThat(store.cluster().losses()).isEqualTo(1);
      bench.eventually(
          () -> assertThat(events).filteredOn(ClusterEvent.DataLost.class::isInstance).hasSize(1));
      bench.eventually(() -> assertThat(store.session().get("k")).isEmpty());
      bench.untilServed(() -> store.session().put("k", "w"));
      loseAll(bench, store.cluster());
      assertThat(store.cluster().losses()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aWatchFromBeforeEndsBecauseItsHistoryIsGone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      bench.untilServed(() -> store.put("k", "v"));
      assertThat(watch.poll(SOON)).isPresent();
      WatchPosition position = watch.position();
      loseAll(bench, store.cluster());

      assertThatThrownBy(() -> watch.poll(SOON)).isInstanceOf(HistoryGoneException.class);
      assertThatThrownBy(
              () -> {
                try (Watch<String, String> later = store.watch(Scan.all(), position)) {
                  later.poll(SOON);
                }
              })
          .isInstanceOf(HistoryGoneException.class);
    }
  }
}
