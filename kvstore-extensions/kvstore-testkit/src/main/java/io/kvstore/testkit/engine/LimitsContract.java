package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.FullException;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.Update;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store refuses to exceed: it says so at once, and changes nothing. */
public interface LimitsContract extends EngineContract {
  private static Limits small() {
    return new Limits(8, 16, 4);
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aKeyThatIsTooLongIsRefused(Setup setup) {
    try (KVStore<String, String> store = setup.bench().builder().limits(small()).open()) {
      store.put("12345678", "longest");
      String tooLong = "123456789";
      for (Consumer<KVStore<String, String>> call :
          List.<Consumer<KVStore<String, String>>>of(
              each -> each.put(tooLong, "v"),
              each -> each.get(tooLong),
              each -> each.getAll(List.of("k", tooLong)),
              each -> each.remove(tooLong),
              each -> each.add(tooLong, 1),
              each -> each.batch(List.of(Update.put(tooLong, "v"))),
              each -> each.async().get(tooLong).isDone(),
              each -> each.async().put(tooLong, "v").isDone())) {
        assertThatThrownBy(() -> call.accept(store))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("the key 123456789 has 9 bytes, the limit is 8")
            .hasMessageContaining("raise Limits.keyBytes");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aValueThatIsTooLongIsRefused(Setup setup) {
    try (KVStore<String, String> store = setup.bench().builder().limits(small()).open()) {
      store.put("k", "x".repeat(16));
      String tooLong = "x".repeat(17);
      for (Consumer<KVStore<String, String>> call :
          List.<Consumer<KVStore<String, String>>>of(
              each -> each.put("k", tooLong),
              each -> each.append("k", tooLong),
              each -> each.getAndPut("k", tooLong),
              each -> each.update(Update.<String, String>remove("k").ifValue(tooLong)),
              each -> each.async().put("k", tooLong).isDone())) {
        assertThatThrownBy(() -> call.accept(store))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("has 17 bytes, the limit is 16")
            .hasMessageContaining("raise Limits.valueBytes");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aValueDoesNotGrowOverTheLimit(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().limits(small()).open()) {
      store.put("k", "x".repeat(16));
      assertThatThrownBy(() -> store.append("k", "y"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("would grow over 16 bytes; nothing was changed");
      assertThatThrownBy(() -> store.prepend("k", "y"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.batch(List.of(Update.append("k", "y"))))
          .isInstanceOf(IllegalArgumentException.class);
      store.append("k", "");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("x".repeat(16)));
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void theDefaultLimitsHoldBigThings(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      String key = "k".repeat(Limits.DEFAULT.keyBytes());
      String value = "v".repeat(Limits.DEFAULT.valueBytes());
      try {
        store.put(key, value);
      } catch (IndeterminateException slow) {
        // Asked for twice, as it took long, it is performed once: the read shows that it was.
      }
      assertThat(store.get(key).orElseThrow()).hasSize(value.length());
      assertThatThrownBy(() -> store.put(key + "k", ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("32769 bytes");
      assertThatThrownBy(() -> store.put("k", value + "v"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("16777217 bytes");
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aFullStoreRefusesWhatMayMakeItLargerAndGoesOn(Setup setup) {
    Bench bench = setup.bench();
    Limits limits = Limits.DEFAULT.withHeldBytes(10L * 1_000);
    String value = "v".repeat(1_000 - Limits.ENTRY_BYTES - 1);
    try (KVStore<String, String> store = bench.builder().limits(limits).open()) {
      int written = 0;
      FullException full = null;
      while (full == null) {
        int next = written;
        try {
          bench.untilServed(() -> store.put("k" + next, value));
          written++;
        } catch (FullException refused) {
          full = refused;
        }
        assertThat(written).isLessThan(100);
      }

      assertThat(full.mayHaveBeenApplied()).isFalse();
      assertThat(full).hasMessageContaining("raise Limits.heldBytes");
      assertThat(written).isBetween(5, setup.holdsValuesInMemory() ? 10 : 99);
      CompletableFuture<Void> longer = store.async().append("k0", value);
      bench.end(longer);
      assertThat(longer)
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(FullException.class);
      bench.ownWritesShow(() -> assertThat(store.get("k0")).contains(value));
      for (int i = 0; i < written; i++) {
        int old = i;
        bench.untilServed(() -> store.remove("k" + old));
      }
      bench.eventually(() -> assertThat(store.size()).isZero());
      bench.untilServed(() -> store.put("k", value));
    }
  }

  @ParameterizedTest
  @MethodSource("threadedSetups")
  default void whatIsNoLongerInFlightDoesNotCount(Setup setup) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (KVStore<String, String> store =
        setup.bench().builder().limits(small().withOperationsInFlight(1)).open()) {
      for (int i = 0; i < 20; i++) {
        Thread caller = new Thread(() -> store.put("k", "v"));
        caller.setUncaughtExceptionHandler((thread, failure) -> thrown.set(failure));
        caller.start();
        caller.join();
      }
    }
    assertThat(thrown.get()).isNull();
  }
}
