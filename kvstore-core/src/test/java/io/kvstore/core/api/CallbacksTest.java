package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** User code that depends on an answer: it may call the store, wait, and fail. */
final class CallbacksTest {
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
