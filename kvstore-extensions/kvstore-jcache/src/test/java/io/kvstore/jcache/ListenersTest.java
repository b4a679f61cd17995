package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryUpdatedListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners are told of everything that happens to entries, in the order of each key. */
class ListenersTest {
  private final Caches caches = Caches.linearizable();
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void close() {
    caches.close();
  }

  private Cache<String, String> cache(CacheEntryListenerConfiguration<String, String> listener) {
    return caches.cache(
        Caches.configuration(String.class, String.class)
            .addCacheEntryListenerConfiguration(listener));
  }

  private static CacheEntryListenerConfiguration<String, String> configuration(
      CacheEntryListener<String, String> listener, boolean isSynchronous) {
    return new MutableCacheEntryListenerConfiguration<>(() -> listener, null, true, isSynchronous);
  }

  @Test
  void everyChangeIsTold() {
    Cache<String, String> cache = cache(Events.synchronous(told));
    cache.put("k", "1");
    cache.put("k", "2");
    cache.invoke(
        "k",
        (entry, arguments) -> {
          entry.setValue("lost");
          entry.setValue("3");
          return null;
        });
    cache.remove("k", "none");
    cache.remove("k");
    cache.remove("k");
    cache.put("l", "1");
    cache.clear();

    assertThat(told)
        .containsExactly(
            "CREATED k, now 1",
            "UPDATED k, now 2, before 1",
            "UPDATED k, now 3, before 2",
            "REMOVED k, before 3",
            "CREATED l, now 1");
  }

  @Test
  void oldValuesAreShownOnlyToThoseThatAskForThem() {
    List<String> without = new ArrayList<>();
    Cache<String, String> cache = cache(Events.synchronous(told));
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(() -> Events.of(without), null, false, true));
    cache.put("k", "1");
    cache.put("k", "2");
    cache.remove("k");

    assertThat(told).contains("UPDATED k, now 2, before 1", "REMOVED k, before 2");
    assertThat(without).containsExactly("CREATED k, now 1", "UPDATED k, now 2", "REMOVED k");
  }

  @Test
  void aFilterKeepsEventsBack() {
    CacheEntryEventFilter<String, String> short1 = event -> event.getValue().length() == 1;
    Cache<String, String> cache =
        cache(
            new MutableCacheEntryListenerConfiguration<>(
                () -> Events.of(told), () -> short1, true, true));
    cache.put("a", "long");
    cache.put("b", "1");
    cache.remove("a");

    assertThat(told).containsExactly("CREATED b, now 1");
  }

  @Test
  void listenersComeAndGo() {
    Cache<String, String> cache = caches.texts();
    CacheEntryListenerConfiguration<String, String> listener = Events.synchronous(told);
    cache.put("k", "1");
    cache.registerCacheEntryListener(listener);
    cache.put("k", "2");
    assertThatThrownBy(() -> cache.registerCacheEntryListener(listener))
        .isInstanceOf(IllegalArgumentException.class);
    cache.deregisterCacheEntryListener(listener);
    cache.put("k", "3");

    assertThat(told).containsExactly("UPDATED k, now 2, before 1");
  }

  @Test
  void theEventsOfAKeyHaveTheOrderOfItsChangesWhicheverThreadMakesThem() throws Exception {
    for (boolean isSynchronous : List.of(true, false)) {
      told.clear();
      String name = "c" + isSynchronous;
      Cache<String, String> cache =
          caches
              .manager()
              .createCache(
                  name,
                  Caches.configuration(String.class, String.class)
                      .addCacheEntryListenerConfiguration(
                          configuration(Events.of(told), isSynchronous)));
      ExecutorService threads = Executors.newFixedThreadPool(4);
      for (int i = 0; i < 4; i++) {
        String thread = "t" + i;
        threads.execute(
            () -> {
              for (int j = 0; j < 200; j++) {
                cache.put("k", thread + "-" + j);
              }
            });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      Waiting.until("all are told", () -> Events.count(told, "") == 800);

      String now = told.get(0).substring("CREATED k, now ".length());
      for (String event : told.subList(1, told.size())) {
        assertThat(event).startsWith("UPDATED k, now ").endsWith(", before " + now);
        now = event.substring("UPDATED k, now ".length(), event.indexOf(", before "));
      }
      assertThat(cache.get("k")).isEqualTo(now);
    }
  }

  @Test
  void whatAListenerThrowsIsToldToTheCallerAndHindersNothing() {
    CacheEntryCreatedListener<String, String> failing =
        events -> {
          throw new IllegalStateException("full");
        };
    Cache<String, String> cache = cache(configuration(failing, true));
    cache.registerCacheEntryListener(Events.synchronous(told));

    assertThatThrownBy(() -> cache.put("k", "1"))
        .isInstanceOf(CacheEntryListenerException.class)
        .hasMessageContaining("full");
    assertThatThrownBy(() -> cache.putAll(Map.of("a", "1", "b", "1", "c", "1")))
        .isInstanceOf(CacheEntryListenerException.class);
    assertThat(told).hasSize(4);
    assertThat(cache.getAll(Set.of("k", "a", "b", "c"))).hasSize(4);
  }

  @Test
  void whatAnAsynchronousListenerThrowsHindersNotTheNextEvent() {
    CacheEntryUpdatedListener<String, String> failing =
        events -> {
          synchronized (told) {
            told.add("called");
          }
          throw new IllegalStateException("full");
        };
    Cache<String, String> cache = cache(configuration(failing, false));
    for (int i = 0; i < 3; i++) {
      cache.put("k", "" + i);
    }

    Waiting.until("it is called twice", () -> Events.count(told, "called") == 2);
  }

  @Test
  void whatCannotBeShownToAListenerIsDoneAllTheSame() {
    List<Object> shown = new ArrayList<>();
    CacheEntryUpdatedListener<String, Object> keeping =
        events -> events.forEach(event -> shown.add(event.getValue()));
    Cache<String, Object> cache = caches.cache(Caches.configuration(String.class, Object.class));
    for (boolean needsOldValue : new boolean[] {true, false}) {
      cache.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(() -> keeping, null, needsOldValue, true));
    }
    String table = caches.store().tables().get(0);
    caches
        .store()
        .table(table, t -> t.keys(Codecs.STRING).values(Codecs.STRING))
        .put("k", "no serialized object");

    assertThatThrownBy(() -> cache.put("k", "v"))
        .isInstanceOf(CacheEntryListenerException.class)
        .hasMessageStartingWith("it is done, but a listener cannot be shown it");
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(shown).containsExactly("v");
  }

  @Test
  void aListenerHasObjectsOfItsOwn() {
    List<List<String>> seen = new ArrayList<>();
    CacheEntryCreatedListener<String, List<String>> keeping =
        events -> events.forEach(event -> seen.add(event.getValue()));
    Cache<String, Object> untyped = caches.cache(Caches.configuration(String.class, Object.class));
    @SuppressWarnings({"unchecked", "rawtypes"})
    Cache<String, List<String>> cache = (Cache) untyped;
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(() -> keeping, null, false, true));
    List<String> mine = new ArrayList<>(List.of("a"));
    cache.put("k", mine);
    seen.get(0).add("b");

    assertThat(mine).containsExactly("a");
    assertThat(cache.get("k")).containsExactly("a");
  }
}
