package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read and written through a cache. */
class ThroughTest {
  private final Caches caches = Caches.linearizable();

  @AfterEach
  void close() {
    caches.close();
  }

  private static MutableConfiguration<String, String> reading(CacheLoader<String, String> loader) {
    return Caches.configuration(String.class, String.class)
        .setReadThrough(true)
        .setCacheLoaderFactory(() -> loader);
  }

  private static MutableConfiguration<String, String> writing(CacheWriter<String, String> writer) {
    return Caches.configuration(String.class, String.class)
        .setWriteThrough(true)
        .setCacheWriterFactory(() -> writer);
  }

  /** A writer to a map, which may be told to fail. */
  private static final class MapWriter implements CacheWriter<String, String>, Closeable {
    private final Map<String, String> written = new ConcurrentHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private String refused = "";
    private boolean isClosed;

    private synchronized void call(String call, String key) {
      calls.add(call + " " + key);
      if (key.equals(refused)) {
        throw new IllegalStateException("read-only: " + key);
      }
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      call("write", entry.getKey());
      written.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      List.copyOf(entries)
          .forEach(
              entry -> {
                write(entry);
                entries.remove(entry);
              });
    }

    @Override
    public void delete(Object key) {
      call("delete", (String) key);
      written.remove((String) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      List.copyOf(keys)
          .forEach(
              key -> {
                delete(key);
                keys.remove(key);
              });
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  @Test
  void aLoaderMayUseTheCacheItself() throws Exception {
    AtomicReference<Cache<Integer, Long>> fibonacci = new AtomicReference<>();
    CacheLoader<Integer, Long> loader =
        new CacheLoader<>() {
          @Override
          public Long load(Integer n) {
            return n < 2 ? n : fibonacci.get().get(n - 1) + fibonacci.get().get(n - 2);
          }

          @Override
          public Map<Integer, Long> loadAll(Iterable<? extends Integer> keys) {
            Map<Integer, Long> all = new LinkedHashMap<>();
            keys.forEach(n -> all.put(n, load(n)));
            return all;
          }
        };
    fibonacci.set(
        caches.cache(
            Caches.configuration(Integer.class, Long.class)
                .setReadThrough(true)
                .setCacheLoaderFactory(() -> loader)));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 87; i <= 90; i++) {
      int n = i;
      threads.execute(() -> fibonacci.get().get(n));
    }
    threads.shutdown();

    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(fibonacci.get().get(90)).isEqualTo(2_880_067_194_370_816_120L);
  }

  @Test
  void whatWasPutMeanwhileCountsMoreThanWhatWasLoaded() {
    AtomicReference<Cache<String, String>> cache = new AtomicReference<>();
    CacheLoader<String, String> overtaken =
        new CacheLoader<>() {
          @Override
          public String load(String key) {
            cache.get().put(key, "put");
            return "loaded";
          }

          @Override
          public Map<String, String> loadAll(Iterable<? extends String> keys) {
            return Map.of();
          }
        };
    cache.set(caches.cache(reading(overtaken)));

    assertThat(cache.get().get("k")).isEqualTo("put");
    assertThat(cache.get().get("k")).isEqualTo("put");
  }

  @Test
  void manyAreLoadedWithOneQuestion() throws Exception {
    Cache<String, String> cache = caches.cache(reading(new KeyLoader()));
    cache.put("a", "own");
    CompletionListenerFuture loaded = new CompletionListenerFuture();
    cache.loadAll(Set.of("a", "b", ""), false, loaded);
    loaded.get();

    assertThat(cache.containsKey("b")).isTrue();
    assertThat(cache.containsKey("")).isFalse();
    assertThat(cache.getAll(Set.of("a", "b", "c", "")))
        .containsOnly(Map.entry("a", "own"), Map.entry("b", "b"), Map.entry("c", "c"));
  }

  @Test
  void whatALoaderThrowsIsTold() {
    Cache<String, String> cache = caches.cache(reading(new KeyLoader()));
    CompletionListenerFuture loaded = new CompletionListenerFuture();
    cache.loadAll(Set.of("failing"), true, loaded);

    assertThatThrownBy(() -> cache.get("failing"))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("the source is away");
    assertThatThrownBy(loaded::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CacheLoaderException.class);
  }

  @Test
  void theCacheHoldsWhatTheWriterHas() throws Exception {
    MapWriter writer = new MapWriter();
    Cache<String, String> cache = caches.cache(writing(writer));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4; i++) {
      String own = "t" + i;
      threads.execute(
          () -> {
            for (int j = 0; j < 200; j++) {
              cache.put("k" + j % 5, own + "-" + j);
              cache.replace("k" + j % 7, own + "-" + j, "replaced");
              cache.remove("k" + j % 3);
              cache.putAll(Map.of("k1", own, "k4", own));
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

    Map<String, String> held = new LinkedHashMap<>();
    cache.forEach(entry -> held.put(entry.getKey(), entry.getValue()));
    assertThat(held).isEqualTo(writer.written);
    cache.close();
    assertThat(writer.isClosed).isTrue();
  }

  @Test
  void whatTheWriterRefusesIsNotInTheCache() {
    MapWriter writer = new MapWriter();
    Cache<String, String> cache = caches.cache(writing(writer));
    cache.putAll(Map.of("a", "1", "b", "1"));
    writer.refused = "b";

    assertThatThrownBy(() -> cache.put("b", "2")).isInstanceOf(CacheWriterException.class);
    Map<String, String> more = new LinkedHashMap<>();
    more.put("c", "2");
    more.put("b", "2");
    assertThatThrownBy(() -> cache.putAll(more)).isInstanceOf(CacheWriterException.class);
    assertThatThrownBy(cache::removeAll).isInstanceOf(CacheWriterException.class);
    assertThat(cache.get("b")).isEqualTo("1");
    assertThat(cache.containsKey("a")).isFalse();
  }

  @Test
  void theWriterIsNotToldOfWhatAnotherClientHasPrevented() {
    MapWriter writer = new MapWriter();
    Cache<String, String> cache = caches.cache(writing(writer));
    KVStore<String, String> table = Caches.table(cache);
    cache.put("k", "1");
    writer.calls.clear();
    boolean[] hasComeBetween = {false};
    cache.invoke(
        "k",
        (entry, arguments) -> {
          if (entry.getValue().equals("1")) {
            table.put("k", "2");
            hasComeBetween[0] = true;
            entry.setValue("from 1");
          }
          return null;
        });

    assertThat(hasComeBetween[0]).isTrue();
    assertThat(cache.get("k")).isEqualTo("2");
    assertThat(writer.calls).isEmpty();
  }

  @Test
  void aFactoryThatThrowsLeavesNothingOpen() {
    MapWriter writer = new MapWriter();
    MutableConfiguration<String, String> failing =
        writing(writer)
            .setExpiryPolicyFactory(
                () -> {
                  throw new IllegalStateException("no policy");
                });

    assertThatThrownBy(() -> caches.cache(failing)).hasMessage("no policy");
    assertThat(writer.isClosed).isTrue();
    assertThat(caches.store().tables()).isEmpty();
    assertThat(caches.manager().getCacheNames()).isEmpty();
  }
}
