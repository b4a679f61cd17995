package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers whose stack is deep, or comes to its end in the midst of a call. */
final class DeepStacksTest {
  private static final int STEPS = Integer.getInteger("kvstore.deep.steps", 250_000);
  private static final String THREADED = "io.kvstore.core.api.Setup#threaded";
  private static final int RECURSIONS = 2;

  /** Where callers run the replicas on their own stacks. */
  static Stream<Setup> shared() {
    return Setup.threaded().filter(setup -> setup.runner() == Setup.Runner.SHARED);
  }

  /** Writes ever larger numbers until its stack ends. */
  private static final class Recursion {
    private final KVStore<String, String> store;
    private long written;
    private long answered;

    Recursion(KVStore<String, String> store) {
      this.store = store;
    }

    void untilTheStackEnds() {
      try {
        goOn();
      } catch (StackOverflowError end) {
        assertThat(written).isPositive();
      } catch (KVStoreException refused) {
        assertThat(refused).isNotNull(); // as while the node that it met is being replaced
      }
    }

    private void goOn() {
      long next = ++written;
      store.put("k", "" + next);
      answered = next;
      if (next < Long.MAX_VALUE) {
        goOn();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shared")
  void aStackThatEndsInACallLeavesReplicasThatAgree(Setup setup) throws InterruptedException {
    Bench bench = setup.bench();
    Queue<NodeId> failed = new ConcurrentLinkedQueue<>();
    try (KVStore<String, String> store = bench.open()) {
      store
          .cluster()
          .listen(
              event -> {
                if (event instanceof ClusterEvent.Failed one) {
                  failed.add(one.node());
                }
              });
      Recursion recursion = new Recursion(store);
      for (int i = 0; i < RECURSIONS; i++) {
        Thread deep = new Thread(null, recursion::untilTheStackEnds, "deep", 256L << 10);
        deep.start();
        deep.join();
        bench.untilServed(() -> store.put("other", "v"));
        bench.until(() -> store.cluster().nodes().stream().allMatch(n -> isSettled(store, n)));
        bench.eventually(() -> assertThat(valuesAtNodes(store)).hasSize(1));
        for (NodeId node : store.cluster().nodes()) {
          if (!store.cluster().isRunning(node)) {
            bench.until(() -> failed.contains(node)); // it has said so
            store.cluster().restart(node);
          }
        }
        bench.until(() -> store.cluster().health() == Health.WHOLE);
        failed.clear();
      }
      String kept = store.get("k").orElseThrow();
      if (setup.consistency().isAtLeast(Consistency.SEQUENTIAL)) {
        assertThat(Long.parseLong(kept)).isBetween(recursion.answered, recursion.written);
      }
    }
  }

  private static boolean isSettled(KVStore<String, String> store, NodeId node) {
    NodeStatus status = store.cluster().status(node);
    return status == NodeStatus.SERVING || status == NodeStatus.DOWN;
  }

  private static Set<Optional<String>> valuesAtNodes(KVStore<String, String> store) {
    Set<Optional<String>> values = new HashSet<>();
    for (NodeId node : store.cluster().nodes()) {
      if (store.cluster().status(node) == NodeStatus.SERVING) {
        values.add(store.at(node).get("k"));
      }
    }
    return values;
  }

  /** In each placement, with a step that depends on the one before, and on it the next one. */
  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void stepsThatDependOnEachOtherEnd(Setup setup) throws InterruptedException {
    if (setup.isSimulated()) {
      return;
    }
    int steps = setup.runner() == Setup.Runner.SHARED ? STEPS : STEPS / 10;
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      Thread caller = new Thread(() -> step(store, steps, end), "caller");
      caller.start();
      end.join();
      caller.join();

      assertThat(store.get("k")).contains("1");
      assertThat(store.cluster().nodes())
          .allMatch(node -> store.cluster().status(node) == NodeStatus.SERVING);
    }
  }

  private static void step(KVStore<String, String> store, int left, CompletableFuture<Void> end) {
    CompletableFuture<Void> unused =
        loop(store, left)
            .whenComplete(
                (done, thrown) -> {
                  if (thrown == null) {
                    end.complete(null);
                  } else {
                    end.completeExceptionally(thrown);
                  }
                });
  }

  private static CompletableFuture<Void> loop(KVStore<String, String> store, int left) {
    return left == 0
        ? CompletableFuture.completedFuture(null)
        : store.async().put("k", "" + left).thenCompose(done -> loop(store, left - 1));
  }

  /** A caller that is deep has its answer, whatever it calls. */
  @ParameterizedTest
  @MethodSource(THREADED)
  void aDeepCallerIsServed(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(deep(400, () -> List.of(store.add("sum", 2), store.add("sum", 3))))
          .containsExactly(2L, 5L);
    }
  }

  private static List<Long> deep(int frames, Supplier<List<Long>> call) {
    return frames == 0 ? call.get() : deep(frames - 1, call);
  }
}
