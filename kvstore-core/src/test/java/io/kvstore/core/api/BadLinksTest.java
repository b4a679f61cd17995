package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two nodes do not hear each other, and all others, the coordinator too, hear both. */
final class BadLinksTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#simulated")
  void aStoreGoesOnWithoutALink(Setup setup) {
    for (int first = 0; first < 3; first++) {
      goesOnWithout(first, setup, Duration.ZERO);
    }
  }

  /** A clock that is set back stands still until it has caught up: nothing may wait for that. */
  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#simulated")
  void itDoesSoThoughClocksWereSetBack(Setup setup) {
    for (int first = 0; first < 3; first++) {
      goesOnWithout(first, setup, Duration.ofHours(-1));
    }
  }

  private static void goesOnWithout(int first, Setup setup, Duration offset) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().timeout(SOON.multipliedBy(3)).open()) {
      store.put("k", "0");
      List<NodeId> nodes = store.cluster().nodes();
      nodes.forEach(node -> store.cluster().skewClock(node, offset, 0));
      store.cluster().network().cut(nodes.get(first), nodes.get((first + 1) % nodes.size()));
      CompletableFuture<Void> write = store.async().put("k", "1");
      bench.pass(SOON);
      if (setup.replication() == Replication.KEY_OWNER) { // which cannot ask another member again
        write = store.async().put("k", "2");
        bench.pass(SOON);
      }
      assertThat(write).as("a write without a link of %s", nodes.get(first)).isCompleted();
    }
  }

  /** A client that is bound to a node at its end waits until one of the two is left out. */
  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#simulated")
  void clientsOfEachNodeOfAStrongStoreAreAnswered(Setup setup) {
    if (!setup.isStrong() || setup.goesByMajorities()) {
      return;
    }
    for (int first = 0; first < 3; first++) {
      Bench bench = setup.bench();
      try (KVStore<String, String> store = bench.builder().timeout(SOON.multipliedBy(3)).open()) {
        List<NodeId> nodes = store.cluster().nodes();
        store.put("k", "0");
        store.cluster().network().cut(nodes.get(first), nodes.get((first + 1) % nodes.size()));
        for (NodeId node : nodes) {
          CompletableFuture<?> read = store.at(node).async().get("k");
          bench.pass(SOON);
          assertThat(read).as("a read at %s, without a link of %s", node, first).isDone();
        }
      }
    }
  }
}
