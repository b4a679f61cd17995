package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.Test;

/** A cache ends with its threads. */
class ThreadsTest {
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kvstore"))
        .collect(Collectors.toSet());
  }

  private static MutableCacheEntryListenerConfiguration<String, String> later(
      CacheEntryListener<String, String> listener) {
    return new MutableCacheEntryListenerConfiguration<>(() -> listener, null, true, false);
  }

  @Test
  void closingAManagerLeavesNoThread() throws Exception {
    Set<Thread> before = threads();
    List<String> events = new ArrayList<>();
    try (Caches caches = Caches.linearizable()) {
      Cache<String, String> cache =
          caches.cache(
              Caches.configuration(String.class, String.class)
                  .setExpiryPolicyFactory(
                      CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MILLISECONDS, 1)))
                  .setCacheLoaderFactory(FactoryBuilder.factoryOf(KeyLoader.class))
                  .addCacheEntryListenerConfiguration(later(Events.of(events))));
      CompletionListenerFuture loaded = new CompletionListenerFuture();
      cache.loadAll(Set.of("a", "b"), true, loaded);
      loaded.get();
      Waiting.until("expired entries are told", () -> Events.count(events, "EXPIRED") == 2);
      assertThat(threads()).hasSizeGreaterThan(before.size());
    }

    // A pool has ended when its threads have nothing left to do but to end.
    Waiting.until("no thread is left", () -> before.containsAll(threads()));
  }

  @Test
  void whatIsUnderWayComesToItsEndBeforeACacheIsClosed() throws Exception {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, String> cache = caches.texts();
      CountDownLatch mayGoOn = new CountDownLatch(1);
      List<String> events = new ArrayList<>();
      CacheEntryCreatedListener<String, String> slow =
          told -> {
            awaited(mayGoOn);
            told.forEach(event -> events.add(event.getKey()));
          };
      cache.registerCacheEntryListener(later(slow));
      cache.put("a", "1");
      cache.put("b", "2");
      Thread closer = new Thread(cache::close);
      closer.start();
      Waiting.until(
          "it is closed but for its listener",
          () -> cache.isClosed() && closer.getState() == Thread.State.TIMED_WAITING);
      mayGoOn.countDown();
      closer.join();

      assertThat(events).containsExactly("a", "b");
    }
  }

  @Test
  void whatHasNotBegunToLoadWhenACacheIsClosedNeverDoesAndIsTold() throws Exception {
    try (Caches caches = Caches.linearizable()) {
      CountDownLatch mayGoOn = new CountDownLatch(1);
      KeyLoader slow = new KeyLoader(() -> awaited(mayGoOn));
      Cache<String, String> cache =
          caches.cache(
              Caches.configuration(String.class, String.class).setCacheLoaderFactory(() -> slow));
      List<CompletionListenerFuture> loads = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        CompletionListenerFuture load = new CompletionListenerFuture();
        loads.add(load);
        cache.loadAll(Set.of("k" + i), true, load);
      }
      Thread closer = new Thread(cache::close);
      closer.start();

      assertThatThrownBy(() -> loads.get(9).get(20, TimeUnit.SECONDS))
          .hasRootCauseMessage("the cache was closed before it loaded");
      mayGoOn.countDown();
      closer.join();
      loads.get(0).get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aListenerMayCloseItsCache() {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, String> cache = caches.texts();
      CacheEntryCreatedListener<String, String> closing = told -> cache.close();
      cache.registerCacheEntryListener(later(closing));
      cache.put("a", "1");

      Waiting.until("it is closed", () -> !caches.manager().getCacheNames().iterator().hasNext());
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
