package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // what is only closed
class RateLimiterTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @ParameterizedTest
  @MethodSource("io.kvstore.recipes.Stores#strongCells")
  void noMoreThanTheBucketHoldsIsHandedOut(Consistency level, Replication replication)
      throws Exception {
    AtomicInteger taken = new AtomicInteger();
    try (KVStore<String, String> store = Stores.open(level, replication);
        Recipes recipes = Recipes.over(store)) {
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      RateLimiter shared = recipes.rateLimiter("it", 50, HOUR);
      for (int i = 0; i < 4; i++) {
        RateLimiter limiter = i % 2 == 0 ? shared : recipes.rateLimiter("it", 50, HOUR);
        threads.add(
            onThread(
                () -> {
                  for (int call = 0; call < 25; call++) {
                    if (limiter.tryAcquire()) {
                      taken.incrementAndGet();
                    }
                  }
                }));
      }
      for (CompletableFuture<Void> thread : threads) {
        thread.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(taken).hasValue(50);
  }

  @Test
  void itFillsEvenly() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      RateLimiter limiter = recipes.rateLimiter("it", 10, Duration.ofSeconds(10));
      long start = System.nanoTime();
      assertThat(limiter.tryAcquire(10)).isTrue();
      assertThat(limiter.tryAcquire()).isFalse();
      assertThat(limiter.tryAcquire(1, Duration.ofSeconds(20))).isTrue();
      assertThat(System.nanoTime() - start).isGreaterThan(950_000_000L);
      assertThat(limiter.tryAcquire(10, Duration.ofMillis(10))).isFalse();
    }
  }

  @Test
  void oneThatComesLaterKnowsWhatTimeItIs() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      Duration time = Duration.ofMillis(100);
      assertThat(recipes.rateLimiter("it", 3, time).tryAcquire(3)).isTrue();
      Thread.sleep(110);
      assertThat(recipes.rateLimiter("it", 3, time).tryAcquire(3)).isTrue();
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes recipes = Recipes.over(store)) {
      RateLimiter limiter = recipes.rateLimiter("it", 5, HOUR);
      assertThatThrownBy(() -> limiter.tryAcquire(6))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("from 1 to 5 permits can be had at once, not 6");
      assertThatThrownBy(() -> recipes.rateLimiter("it", 0, HOUR))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> recipes.rateLimiter("it", 1, Duration.ofDays(4_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ten years, not 1 in PT96000H");
      assertThatThrownBy(() -> recipes.rateLimiter("it", 1, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
