package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Failover;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A view that is set counts for the nodes that it names, and for those that it leaves out. */
final class ViewsSetByHandTest {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int ROUNDS = 4;

  private static Stream<Setup> strong() {
    return Setup.all().filter(Setup::isStrong);
  }

  private static Stream<Setup> strongOnThreads() {
    return Setup.threaded().filter(Setup::isStrong);
  }

  private static Stream<Setup> weak() {
    return Setup.all().filter(setup -> !setup.isStrong());
  }

  private static KVStore<String, String> open(Bench bench) {
    return bench.builder().failover(Failover.byHand()).timeout(TIMEOUT).open();
  }

  private static void assertInNoView(KVStore<String, String> store, NodeId node) {
    assertThat(store.cluster().viewOf(node, 0)).isEmpty();
    assertThatThrownBy(() -> store.at(node).get("k"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(node + " is in no view");
    assertThatThrownBy(() -> store.at(node).put("k", "x"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(node + " is in no view");
  }

  @ParameterizedTest
  @MethodSource("strong")
  void aWriteThatHangsAtANodeWhichIsLeftOutIsNotAnswered(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "old");
      cluster.network().isolate(N0);
      cluster.network().heal(N0, NodeId.COORDINATOR);
      CompletableFuture<Void> hanging = store.at(N0).async().put("k", "new");
      bench.pass(Bench.millis(20));
      cluster.setView(List.of(N1, N2));

      bench.end(hanging);
      Optional<String> left = store.at(N1).get("k");
      assertThat(store.at(N2).get("k")).isEqualTo(left);
      assertThat(hanging).isCompletedExceptionally();
      assertInNoView(store, N0);
      cluster.network().heal();
      cluster.setView(List.of(N0, N1, N2));
      for (NodeId node : cluster.nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).isEqualTo(left));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("strong")
  void aNodeThatIsCutOffFromEverythingServesNothingOnceAViewWithoutItIsDecided(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "old");
      cluster.network().isolate(N0);
      CompletableFuture<Optional<String>> read = store.at(N0).async().get("k");
      bench.end(read);
      cluster.expel(N0);
      cluster.setView(List.of(N1, N2));
      bench.untilServed(() -> store.at(N1).put("k", "new"));

      assertInNoView(store, N0);
    }
  }

  @ParameterizedTest
  @MethodSource("strong")
  void aNodeThatIsLeftOutIsInNoViewUntilOneNamesIt(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "1");
      cluster.setView(List.of(N1, N2));
      assertInNoView(store, N0);
      store.at(N1).put("k", "2");
      cluster.crash(N0);
      cluster.restart(N0);
      assertInNoView(store, N0);
      assertThat(cluster.status(N0)).isEqualTo(NodeStatus.JOINING);

      cluster.setView(List.of(N0, N1, N2)); // what it has does not count: it was in no view
      for (NodeId node : cluster.nodes()) {
        assertThat(store.at(node).get("k")).contains("2");
      }
      cluster.setView(List.of(N1));
      cluster.setView(List.of(N0));
      store.at(N0).put("k", "zero");
      assertThat(store.at(N1).get("k")).contains("2");
      assertInNoView(store, N2);
    }
  }

  @ParameterizedTest
  @MethodSource("strong")
  void aNodeThatIsInNoViewServesAgainInAViewOfItsOwn(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "1");
      cluster.setView(List.of(N0));
      cluster.expel(N0);
      for (NodeId node : cluster.nodes()) {
        bench.eventually(() -> assertInNoView(store, node));
      }
      cluster.setView(List.of(N0));
      assertThat(store.at(N0).get("k")).contains("1");
      store.put("k", "2"); // a client that is not bound goes by the view that there is
      assertThat(cluster.view(0).members()).containsExactly(N0);
    }
  }

  @ParameterizedTest
  @MethodSource("weak")
  void aNodeThatIsLeftOutGoesOnWithWhatItHas(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      Cluster cluster = store.cluster();
      store.put("k", "1");
      bench.eventually(() -> assertThat(store.at(N0).get("k")).contains("1"));
      cluster.setView(List.of(N1, N2));

      bench.untilServed(() -> store.at(N0).put("k0", "alone"));
      bench.eventually(() -> assertThat(store.at(N0).get("k0")).contains("alone"));
      assertThat(store.at(N0).get("k")).contains("1");
    }
  }

  /** Two nodes are told of a view that leaves the third out, which is told last; nothing is cut. */
  @ParameterizedTest
  @MethodSource("strongOnThreads")
  void whatIsAnsweredWhileANodeIsLeftOutIsOnAllThatAreNot(Setup setup) throws InterruptedException {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      Cluster cluster = store.cluster();
      for (int round = 0; round < ROUNDS; round++) {
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Caller> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
          String prefix = round + "-" + writer + "-";
          KVStore<String, String> at = store.at(NodeId.of(writer % 3));
          writers.add(Caller.of(() -> write(at, prefix, isOver, answered)));
        }
        bench.until(() -> answered.size() > 20);
        cluster.setView(List.of(N1, N2));
        bench.pass(Bench.millis(5));
        cluster.expel(N0);
        bench.pass(Bench.millis(5));
        isOver.set(true);
        for (Caller writer : writers) {
          assertThat(writer.end()).isNull();
        }

        for (NodeId node : List.of(N1, N2)) {
          assertThat(answered)
              .as("round %s at %s", round, node)
              .allMatch(key -> store.at(node).contains(key));
        }
        cluster.setView(List.of(N0, N1, N2));
      }
    }
  }

  private static void write(
      KVStore<String, String> store, String prefix, AtomicBoolean isOver, Queue<String> answered) {
    for (int i = 0; !isOver.get(); i++) {
      try {
        store.put(prefix + i, "v");
        answered.add(prefix + i);
      } catch (UnavailableException | IndeterminateException notAnswered) {
        assertThat(notAnswered).isInstanceOf(KVStoreException.class);
      }
    }
  }
}
