package io.kvstore.spring;

import io.kvstore.Consistency;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Describes caches by properties.
 *
 * @param enabled Whether caches are kept in a store, where the application has no other cache
 *     manager.
 * @param store Name of the store that has the caches. By default the only one.
 * @param consistency What readers of caches may observe. By default as in the store.
 * @param timeToLive How long what was cached lives. By default for ever.
 * @param timesToLive How long it lives in single caches, by their names.
 */
@ConfigurationProperties("kvstore.cache")
record CacheProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String store,
    @Nullable Consistency consistency,
    @Nullable Duration timeToLive,
    @DefaultValue Map<String, Duration> timesToLive) {
  CacheProperties {
    if (timeToLive != null) {
      requirePositive("time-to-live", timeToLive);
    }
    timesToLive.forEach((cache, time) -> requirePositive("times-to-live." + cache, time));
  }

  /** How long entries of a cache live; nothing where they live for ever. */
  Optional<Duration> timeToLiveOf(String cache) {
    Duration own = timesToLive.get(cache);
    return Optional.ofNullable(own == null ? timeToLive : own);
  }

  private static void requirePositive(String name, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new UnusablePropertiesException(
          "kvstore.cache", name + " must be positive, not " + time + "; without it entries stay");
    }
  }
}
