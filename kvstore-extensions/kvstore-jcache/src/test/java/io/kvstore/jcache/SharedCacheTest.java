package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.processor.EntryProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One cache, many threads: what must happen once happens once. */
class SharedCacheTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 500;

  private static final EntryProcessor<String, Long, Long> INCREMENT =
      (entry, arguments) -> {
        entry.setValue(entry.exists() ? entry.getValue() + 1 : 1);
        return entry.getValue();
      };

  private static void together(Callable<?> action) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(threads.submit(action));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void entryProcessorsCountExactly(Consistency level) throws Exception {
    try (Caches caches = Caches.of(level)) {
      Cache<String, Long> cache = caches.cache(Caches.configuration(String.class, Long.class));
      together(
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              cache.invoke("visits", INCREMENT);
            }
            return null;
          });

      assertThat(cache.get("visits")).isEqualTo(THREADS * ROUNDS);
    }
  }

  @Test
  void entryProcessorsCountExactlyBesideAClientOfTheTable() throws Exception {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, Long> cache = caches.cache(Caches.configuration(String.class, Long.class));
      KVStore<String, Long> table = Caches.table(cache);
      together(
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              cache.invoke("visits", INCREMENT);
              table.add("visits", 1);
            }
            return null;
          });

      assertThat(cache.get("visits")).isEqualTo(2 * THREADS * ROUNDS);
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void ofAllThatPutOneKeyIfItIsAbsentOneDoes(Consistency level) throws Exception {
    try (Caches caches = Caches.of(level)) {
      Cache<String, String> cache = caches.texts();
      AtomicInteger succeeded = new AtomicInteger();
      together(
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              if (cache.putIfAbsent("seat " + i, Thread.currentThread().getName())) {
                succeeded.incrementAndGet();
              }
            }
            return null;
          });

      assertThat(succeeded).hasValue(ROUNDS);
    }
  }

  @Test
  void whatIsReplacedAndRemovedIsSeenByOneThreadEach() throws Exception {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, Long> cache = caches.cache(Caches.configuration(String.class, Long.class));
      AtomicLong put = new AtomicLong();
      AtomicLong taken = new AtomicLong();
      together(
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              put.incrementAndGet();
              taken.addAndGet(cache.getAndPut("k", 1L) == null ? 0 : 1);
              taken.addAndGet(cache.getAndRemove("k") == null ? 0 : 1);
            }
            return null;
          });

      assertThat(taken.get() + (cache.containsKey("k") ? 1 : 0)).isEqualTo(put.get());
    }
  }

  @Test
  void statisticsCountEveryCall() throws Exception {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, String> cache =
          caches.cache(Caches.configuration(String.class, String.class).setStatisticsEnabled(true));
      together(
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              cache.put("k", "v");
              cache.get("k");
              cache.get("none");
            }
            return null;
          });

      long calls = THREADS * ROUNDS;
      assertThat(Beans.attribute(cache, "Statistics", "CachePuts")).isEqualTo(calls);
      assertThat(Beans.attribute(cache, "Statistics", "CacheHits")).isEqualTo(calls);
      assertThat(Beans.attribute(cache, "Statistics", "CacheMisses")).isEqualTo(calls);
      assertThat(Beans.attribute(cache, "Statistics", "CacheHitPercentage")).isEqualTo(50f);
    }
  }
}
