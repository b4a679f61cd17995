package io.kvstore.jcache;

import io.kvstore.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.cache.CacheException;
import javax.cache.event.CacheEntryListenerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When to look at which retained entry: at the time at which it expires, and where it has another
 * one by then, at that. A key is looked at by one timer at most.
 */
final class Expirations {
  private static final Logger LOG = LoggerFactory.getLogger(Expirations.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Background background;
  private final Function<Bytes, Optional<Instant>> look;
  private final Map<Bytes, Instant> timers = new ConcurrentHashMap<>();

  /**
   * Entries that are looked at in a way.
   *
   * @param look takes the entry of a key away if it has expired; returns when to look again, if it
   *     has not
   */
  Expirations(Background background, Function<Bytes, Optional<Instant>> look) {
    this.background = background;
    this.look = look;
  }

  /** Looks at an entry once its lifetime is over. */
  void after(Bytes key, Lifetime lifetime) {
    lifetime.time().ifPresent(time -> at(key, Instant.now().plus(time)));
  }

  private void at(Bytes key, Instant time) {
    timers.compute(
        key,
        (same, earlier) -> {
          if (earlier != null && !earlier.isAfter(time)) {
            return earlier;
          }
          background.after(Duration.between(Instant.now(), time), () -> run(key, time));
          return time;
        });
  }

  private void run(Bytes key, Instant time) {
    if (timers.remove(key, time)) { // or else there is an earlier one
      next(key).ifPresent(again -> at(key, again));
    }
  }

  private Optional<Instant> next(Bytes key) {
    try {
      return look.apply(key);
    } catch (CacheEntryListenerException failure) {
      LOG.warn("a listener failed on an entry that has expired", failure);
      return Optional.empty();
    } catch (CacheException failure) {
      LOG.debug("an entry that should have expired is looked at again", failure);
      return Optional.of(Instant.now().plus(AGAIN));
    }
  }
}
