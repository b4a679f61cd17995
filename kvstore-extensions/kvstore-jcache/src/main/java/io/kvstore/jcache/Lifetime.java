package io.kvstore.jcache;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long an entry is to live from now on.
 *
 * @param time the time; nothing for ever
 */
record Lifetime(Optional<Duration> time) {
  static final Lifetime FOREVER = new Lifetime(Optional.empty());

  static Lifetime of(javax.cache.expiry.Duration duration) {
    if (duration.isEternal()) {
      return FOREVER;
    }
    long millis = duration.getTimeUnit().toMillis(duration.getDurationAmount());
    return new Lifetime(Optional.of(Duration.ofMillis(millis)));
  }

  /** What is left until then. */
  static Lifetime until(Optional<Instant> end) {
    return new Lifetime(end.map(instant -> Duration.between(Instant.now(), instant)));
  }

  boolean isLimited() {
    return time.isPresent();
  }

  /** Whether nothing is left of it. */
  boolean isOver() {
    return time.isPresent() && (time.get().isZero() || time.get().isNegative());
  }
}
