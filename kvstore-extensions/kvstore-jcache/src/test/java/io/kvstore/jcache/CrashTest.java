package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas crash and come back while a cache is used. */
class CrashTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void aCountIsExactWhilePrimariesCrash() throws InterruptedException {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, Long> cache = caches.cache(Caches.configuration(String.class, Long.class));
      Cluster cluster = caches.store().cluster();
      AtomicLong certain = new AtomicLong();
      AtomicLong unknown = new AtomicLong();
      AtomicBoolean isOver = new AtomicBoolean();
      Thread counter =
          new Thread(
              () -> {
                while (!isOver.get()) {
                  try {
                    cache.invoke(
                        "visits",
                        (entry, arguments) -> {
                          entry.setValue(entry.exists() ? entry.getValue() + 1 : 1);
                          return null;
                        });
                    certain.incrementAndGet();
                  } catch (CacheException failure) {
                    if (!(failure.getCause() instanceof UnavailableException)) {
                      unknown.incrementAndGet();
                    }
                  }
                }
              });
      counter.start();
      for (NodeId node : cluster.nodes()) {
        long before = certain.get();
        Waiting.until("it is counted", () -> certain.get() > before + 10);
        cluster.crash(node);
        long crashed = certain.get();
        Waiting.until("the others go on", () -> certain.get() > crashed + 10);
        cluster.restart(node);
        assertThat(cluster.awaitMember(node, PATIENCE)).isTrue();
      }
      isOver.set(true);
      counter.join();

      assertThat(cache.get("visits")).isBetween(certain.get(), certain.get() + unknown.get());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Consistency.class,
      names = {"LINEARIZABLE", "EVENTUAL"})
  void aCacheIsThereWithoutOneOfItsReplicas(Consistency level) {
    try (Caches caches = Caches.of(level)) {
      Cache<String, String> cache = caches.texts();
      cache.put("k", "v");
      Cluster cluster = caches.store().cluster();
      Waiting.until(
          "all replicas hold it",
          () -> Caches.table(cache).cluster().replicas().stream().allMatch(r -> r.entries() == 1));
      cluster.crash(cluster.nodes().get(0));
      Waiting.until("a cache is made without it", () -> isMade(caches));

      assertThat(cache.get("k")).isEqualTo("v");
      assertThat(cache.getAndPut("k", "w")).isEqualTo("v");
      assertThat(cache).hasSize(1);
      assertThat(caches.manager().getCache("more").getName()).isEqualTo("more");
    }
  }

  private static boolean isMade(Caches caches) {
    try {
      caches.manager().createCache("more", Caches.configuration(String.class, String.class));
      return true;
    } catch (CacheException notYet) {
      return false;
    }
  }

  @Test
  void whatCannotBeDoneIsToldWithItsReason() {
    try (Caches caches = Caches.linearizable()) {
      Cache<String, String> cache = caches.texts();
      cache.put("k", "v");
      Cluster cluster = caches.store().cluster();
      cluster.nodes().forEach(cluster::crash);

      assertThatThrownBy(() -> cache.put("k", "w"))
          .isInstanceOf(CacheException.class)
          .hasCauseInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> cache.get("k")).isInstanceOf(CacheException.class);
    }
  }
}
