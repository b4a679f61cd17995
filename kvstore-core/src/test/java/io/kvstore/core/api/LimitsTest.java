package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store refuses to exceed: it says so at once, and changes nothing. */
final class LimitsTest {
  private static final Limits SMALL = new Limits(8, 16, 4);

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void moreOperationsThanMayBeInFlightAreRefused(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store =
        bench.builder().limits(SMALL).timeout(Duration.ofMillis(100)).open()) {
      store.cluster().network().isolate(NodeId.of(1));
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      for (int i = 0; i < SMALL.operationsInFlight(); i++) {
        waiting.add(store.async().put("k", "v"));
      }
      CompletableFuture<Void> oneMore = store.async().put("k", "v");

      assertThat(oneMore)
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isInstanceOfSatisfying(
              OverloadedException.class,
              refused -> assertThat(refused.mayHaveBeenApplied()).isFalse())
          .withMessageContaining("4 operations are in flight already")
          .withMessageContaining("raise Limits.operationsInFlight");
      assertThatThrownBy(() -> store.size()).isInstanceOf(OverloadedException.class);

      waiting.forEach(bench::end);
      store.cluster().network().heal();
      bench.eventually(() -> store.put("k", "v"));
    }
  }
}
