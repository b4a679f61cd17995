package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** User code that depends on an answer: it may call the store, wait, and fail. */
public interface CallbacksContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aCallbackMayCallTheStoreAndWait(Setup setup) {
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
  @MethodSource("setupsOfOneShard")
  default void callbacksOfManyAnswersMayAllWait(Setup setup) {
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
  @MethodSource("setupsOfOneShard")
  default void aCallbackThatFailsHarmsNobody(Setup setup) {
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
}
