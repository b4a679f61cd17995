package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** User code that depends on an answer: it may call the store, wait, and fail. */
final class CallbacksTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#all";

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aCallbackMayCallTheStoreAndWait(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      CompletableFuture<Long> chain =
          store
              .async()
              .put("k", "1")
              .thenApply(done -> store.add("k", 1))
              .thenCompose(sum -> store.async().add("k", sum))
              .thenApply(sum -> store.add("k", sum));

      assertThat(bench.join(chain)).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void callbacksOfManyAnswersMayAllWait(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      List<CompletableFuture<Long>> sums = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sums.add(store.async().add("k", 1).thenApply(sum -> store.add("l", 1)));
      }
      sums.forEach(bench::end);

      assertThat(store.add("k", 0)).isEqualTo(50);
      assertThat(store.add("l", 0)).isEqualTo(50);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aCallbackThatFailsHarmsNobody(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      List<CompletableFuture<?>> failing = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        failing.add(
            store
                .async()
                .add("k", 1)
                .thenAccept(
                    sum -> {
                      if (sum % 2 == 0) {
                        throw new IllegalStateException("a fault of the user's");
                      }
                      throw new AssertionError("another fault of the user's");
                    }));
      }
      failing.forEach(bench::end);

      assertThat(failing).allMatch(CompletableFuture::isCompletedExceptionally);
      assertThat(store.add("k", 0)).isEqualTo(20);
      assertThat(store.cluster().nodes()).allMatch(store.cluster()::isRunning);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aCallbackThatTakesItsTimeHoldsNoReplicaUp(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.cluster().network().isolate(NodeId.of(1));
      CompletableFuture<Boolean> gate = new CompletableFuture<>();
      CompletableFuture<Boolean> slow =
          store
              .async()
              .put("k", "v")
              .thenCompose(done -> setup.isSimulated() ? gate : completed(gate.join()));
      store.cluster().network().heal();
      bench.untilServed(() -> store.put("k", "w"));
      assertThat(store.get("k")).contains("w");
      gate.complete(true);

      assertThat(bench.join(slow)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARED", "DEDICATED"})
  void aCallbackMayWaitForAnAnswerThatComesWithItsOwn(Placement placement) throws Exception {
    try (KVStore<String, String> store =
        KVStore.builder().engine(new InProcess().placement(placement)).open()) {
      store.put("k", "v");
      store.cluster().network().isolate(NodeId.of(1));
      CompletableFuture<CompletableFuture<Boolean>> later = new CompletableFuture<>();
      CompletableFuture<Boolean> first =
          store.async().put("a", "1").thenApply(done -> later.join().join());
      later.complete(store.async().put("b", "2").thenApply(done -> true));
      store.cluster().network().heal();

      assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static CompletableFuture<Boolean> completed(boolean value) {
    return CompletableFuture.completedFuture(value);
  }
}
