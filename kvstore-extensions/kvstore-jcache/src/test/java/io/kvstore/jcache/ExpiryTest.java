package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entries expire by the store's own lifetime; listeners hear of it. */
class ExpiryTest {
  private static final Duration SOON = new Duration(TimeUnit.MILLISECONDS, 30);
  private static final Duration HOUR = Duration.ONE_HOUR;

  private final Caches caches = Caches.linearizable();
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void close() {
    caches.close();
  }

  /** A policy; null leaves an entry as it is. */
  private record Policy(Duration created, Duration accessed, Duration updated)
      implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return created;
    }

    @Override
    public Duration getExpiryForAccess() {
      return accessed;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return updated;
    }
  }

  private static MutableConfiguration<String, String> configuration(ExpiryPolicy policy) {
    return Caches.configuration(String.class, String.class).setExpiryPolicyFactory(() -> policy);
  }

  private Cache<String, String> told(ExpiryPolicy policy) {
    CacheEntryListenerConfiguration<String, String> listener = Events.synchronous(told);
    return caches.cache(configuration(policy).addCacheEntryListenerConfiguration(listener));
  }

  private static Instant expiryOf(Cache<String, String> cache, String key) {
    return Caches.table(cache).getVersioned(key).orElseThrow().expiresAt().orElseThrow();
  }

  private static boolean isAnHourAway(Instant time) {
    Instant hour = Instant.now().plusSeconds(3600);
    return time.isAfter(hour.minusSeconds(60)) && time.isBefore(hour.plusSeconds(60));
  }

  @Test
  void anEntryIsGoneWhenItsLifetimeIsOver() {
    Cache<String, String> cache = caches.cache(configuration(new Policy(SOON, null, null)));
    cache.put("k", "v");

    assertThat(expiryOf(cache, "k")).isBefore(Instant.now().plusSeconds(1));
    Waiting.until("it is gone", () -> !cache.containsKey("k"));
    assertThat(cache.get("k")).isNull();
    assertThat(cache.putIfAbsent("k", "w")).isTrue();
  }

  @Test
  void anAccessOrUpdateMakesItLiveOn() {
    Cache<String, String> cache = caches.cache(configuration(new Policy(SOON, HOUR, null)));
    cache.put("read", "v");
    cache.get("read");

    assertThat(isAnHourAway(expiryOf(cache, "read"))).isTrue();

    Cache<String, String> updated =
        caches.manager().createCache("u", configuration(new Policy(SOON, null, HOUR)));
    updated.put("written", "v");
    updated.put("written", "w");
    assertThat(isAnHourAway(expiryOf(updated, "written"))).isTrue();
  }

  @Test
  void anUpdateThatSaysNothingLeavesItsEnd() {
    Cache<String, String> cache = caches.cache(configuration(new Policy(HOUR, null, null)));
    cache.put("k", "v");
    Instant before = expiryOf(cache, "k");
    cache.put("k", "w");

    assertThat(expiryOf(cache, "k")).isBetween(before.minusSeconds(1), before.plusSeconds(1));
  }

  @Test
  void aPolicyMayTakeALimitAway() {
    Cache<String, String> cache =
        caches.cache(configuration(new Policy(SOON, Duration.ETERNAL, Duration.ETERNAL)));
    cache.put("read", "v");
    cache.get("read");
    cache.put("written", "v");
    cache.put("written", "w");

    assertThat(Caches.table(cache).getVersioned("read").orElseThrow().expiresAt()).isEmpty();
    assertThat(Caches.table(cache).getVersioned("written").orElseThrow().expiresAt()).isEmpty();
  }

  @Test
  void listenersAreToldOfWhatExpiresWithItsValueWhenItDoes() {
    Cache<String, String> cache = told(new Policy(SOON, null, null));
    cache.put("k", "v");

    Waiting.until("it is told", () -> Events.count(told, "EXPIRED") == 1);
    assertThat(told).containsExactly("CREATED k, now v", "EXPIRED k, before v");
    assertThat(Caches.table(cache).contains("k")).isFalse();
  }

  @Test
  void whatIsStoredInThePlaceOfAnExpiredEntryIsCreated() {
    Cache<String, String> cache = told(new Policy(SOON, null, null));
    for (int i = 0; i < 20; i++) {
      cache.put("k", "" + i);
      Waiting.until("it has expired", () -> !cache.containsKey("k"));
    }
    Waiting.until("all is told", () -> Events.count(told, "EXPIRED") == 20);

    for (int i = 0; i < 20; i++) {
      assertThat(told.subList(2 * i, 2 * i + 2))
          .containsExactly("CREATED k, now " + i, "EXPIRED k, before " + i);
    }
  }

  @Test
  void whatAnAccessMakesExpireSoonerIsToldSooner() {
    Cache<String, String> cache = told(new Policy(HOUR, SOON, null));
    cache.put("k", "v");
    cache.get("k");

    Waiting.until("it is told", () -> Events.count(told, "EXPIRED k") == 1);
  }

  @Test
  void whatLivesOnIsNotToldBeforeItsLaterEnd() {
    Cache<String, String> cache = told(new Policy(SOON, HOUR, null));
    cache.put("kept", "v");
    cache.get("kept");
    cache.put("gone", "v");

    Waiting.until("one is told", () -> Events.count(told, "EXPIRED gone") == 1);
    assertThat(cache.get("kept")).isEqualTo("v");
    assertThat(Events.count(told, "EXPIRED kept")).isZero();
  }

  @Test
  void whatExpiresAtOnceIsUpdatedFirstAndNeverCreated() {
    Cache<String, String> atOnce = told(new Policy(Duration.ZERO, null, null));
    atOnce.put("k", "v");
    assertThat(atOnce.putIfAbsent("k", "v")).isFalse();
    assertThat(atOnce.get("k")).isNull();
    assertThat(told).isEmpty();
    atOnce.close();

    Cache<String, String> onUpdate = told(new Policy(HOUR, Duration.ETERNAL, Duration.ZERO));
    onUpdate.put("k", "v");
    onUpdate.put("k", "w");
    assertThat(onUpdate.containsKey("k")).isFalse();
    assertThat(told)
        .containsExactly("CREATED k, now v", "UPDATED k, now w, before v", "EXPIRED k, before w");
  }

  @Test
  void aPolicyThatThrowsLetsEntriesLive() {
    ExpiryPolicy failing =
        new ExpiryPolicy() {
          @Override
          public Duration getExpiryForCreation() {
            throw new IllegalStateException("no idea");
          }

          @Override
          public Duration getExpiryForAccess() {
            throw new IllegalStateException("no idea");
          }

          @Override
          public Duration getExpiryForUpdate() {
            throw new IllegalStateException("no idea");
          }
        };
    Cache<String, String> cache = caches.cache(configuration(failing));
    cache.put("k", "v");
    cache.put("k", "w");

    assertThat(cache.get("k")).isEqualTo("w");
  }
}
