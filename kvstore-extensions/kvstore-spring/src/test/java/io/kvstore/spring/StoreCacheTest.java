package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.Cache.ValueRetrievalException;
import org.springframework.cache.interceptor.SimpleKey;

class StoreCacheTest {
  private static final CacheProperties PROPERTIES =
      new CacheProperties(true, null, null, null, Map.of("short", Duration.ofMillis(50)));

  private final KVStore<String, String> store = KVStore.builder().open();
  private final StoreCacheManager manager =
      new StoreCacheManager(
          store, PROPERTIES, new SerializedValues(StoreCacheTest.class.getClassLoader()));
  private final Cache cache = manager.getCache("books");

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void valuesOfAllKindsComeBack() {
    cache.put("text", "words");
    cache.put("list", List.of(1, 2, 3));
    cache.put("null", null);
    assertThat(cache.get("text", String.class)).isEqualTo("words");
    assertThat(cache.get("list", Object.class)).isEqualTo(List.of(1, 2, 3));
    assertThat(cache.get("null")).isNotNull().extracting(Cache.ValueWrapper::get).isNull();
    assertThat(cache.get("missing")).isNull();
    assertThatThrownBy(() -> cache.get("text", Long.class))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void equalKeysAreOneAndDifferentKeysAreNot() {
    String twice = "a";
    cache.put(new SimpleKey(twice, twice, 1_000), "found");
    assertThat(cache.get(new SimpleKey("a", new String("a"), 1_000), String.class))
        .isEqualTo("found");
    assertThat(cache.get(new SimpleKey("a", "a", 1_000L))).isNull();

    cache.put(new SimpleKey("a,b"), "one");
    cache.put(new SimpleKey("a", "b"), "two");
    cache.put("1", "text");
    cache.put(1, "number");
    assertThat(cache.get(new SimpleKey("a,b"), String.class)).isEqualTo("one");
    assertThat(cache.get(new SimpleKey("a", "b"), String.class)).isEqualTo("two");
    assertThat(cache.get("1", String.class)).isEqualTo("text");
    assertThat(cache.get(1, String.class)).isEqualTo("number");
  }

  @Test
  void whatIsEvictedOrClearedIsGone() {
    cache.put("a", 1);
    cache.put("b", 2);
    assertThat(cache.evictIfPresent("a")).isTrue();
    assertThat(cache.evictIfPresent("a")).isFalse();
    assertThat(cache.get("a")).isNull();
    assertThat(cache.invalidate()).isTrue();
    assertThat(cache.invalidate()).isFalse();
    assertThat(cache.get("b")).isNull();
  }

  @Test
  void putIfAbsentTellsWhatStoodThere() {
    assertThat(cache.putIfAbsent("a", "first")).isNull();
    assertThat(cache.putIfAbsent("a", "second").get()).isEqualTo("first");
    assertThat(cache.get("a", String.class)).isEqualTo("first");
    cache.put("b", null);
    assertThat(cache.putIfAbsent("b", "second").get()).isNull();
  }

  @Test
  void aValueIsLoadedOnceForAllThreadsThatAsk() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch allAsk = new CountDownLatch(8);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> answers =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            allAsk.countDown();
                            allAsk.await();
                            return cache.get("key", () -> "value " + calls.incrementAndGet());
                          }))
              .toList();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("value 1");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLoaderThatFailsFailsForThoseThatWaitedAndIsTriedAgain() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch failing = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Object> first =
          threads.submit(
              () ->
                  cache.get(
                      "key",
                      () -> {
                        loading.countDown();
                        failing.await();
                        throw new java.io.IOException("no books");
                      }));
      loading.await();
      Callable<Object> unused = () -> "loaded";
      Future<Object> second = threads.submit(() -> cache.get("key", unused));
      failing.countDown();

      assertThatThrownBy(first::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ValueRetrievalException.class)
          .hasRootCauseMessage("no books");
      try {
        assertThat(second.get()).isEqualTo("loaded"); // it came after the failure
      } catch (ExecutionException failed) {
        assertThat(failed).hasRootCauseMessage("no books");
      }
      assertThat(cache.get("key", unused)).isEqualTo("loaded");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLoaderMayAskForWhatItLoads() {
    Object value = cache.get("key", () -> cache.get("key", () -> "inner"));
    assertThat(value).isEqualTo("inner");
  }

  @Test
  void futuresAreRetrievedWithoutWaiting() throws Exception {
    assertThat(cache.retrieve("key").get()).isNull();
    assertThat(cache.retrieve("key", () -> CompletableFuture.completedFuture("loaded")).get())
        .isEqualTo("loaded");
    assertThat(cache.retrieve("key", () -> CompletableFuture.completedFuture("again")).get())
        .isEqualTo("loaded");
    assertThat((Cache.ValueWrapper) cache.retrieve("key").get())
        .extracting(Cache.ValueWrapper::get)
        .isEqualTo("loaded");
  }

  @Test
  void entriesLiveAsLongAsTheirCacheHasThem() throws Exception {
    Cache shortLived = manager.getCache("short");
    shortLived.put("key", "value");
    cache.put("key", "value");
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (shortLived.get("key") != null) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    assertThat(cache.get("key")).isNotNull();
  }

  @Test
  void aValueThatCannotBeReadAnyMoreIsAMiss() {
    cache.put("key", List.of("value"));
    @SuppressWarnings("unchecked")
    KVStore<Bytes, Bytes> table = (KVStore<Bytes, Bytes>) cache.getNativeCache();
    Bytes key = table.snapshot().get(0).key();
    table.put(key, Bytes.of("o?"));

    assertThat(cache.get("key")).isNull();
    assertThat(cache.putIfAbsent("key", "new")).isNull();
    assertThat(cache.get("key", String.class)).isEqualTo("new");
  }

  @Test
  void whatCannotBeSerializedIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> cache.put("key", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'books'", "java.lang.Object", "java.io.Serializable");
    assertThatThrownBy(() -> cache.get(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'books'", "java.lang.Object", "@Cacheable(key = ");
  }

  @Test
  void cachesAreTablesAndKeepToThemselves() {
    cache.put("key", "value");
    assertThat(manager.getCache("other").get("key")).isNull();
    assertThat(manager.getCache("books")).isSameAs(cache);
    assertThat(manager.getCacheNames()).containsExactlyInAnyOrder("books", "other");
    assertThat(store.tables()).containsExactly("cache.books", "cache.other");
    assertThat(store.size()).isZero();
    assertThatThrownBy(() -> manager.getCache("no table"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'cache.no table'");
  }
}
