package io.kvstore.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** Durations as numbers of nanoseconds. */
public final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private Nanos() {}

  /**
   * A duration in nanoseconds; of what does not fit, some 292 years or more, the most that does.
   */
  public static long of(Duration duration) {
    if (duration.compareTo(LONGEST) > 0) {
      return Long.MAX_VALUE;
    }
    return duration.compareTo(LONGEST.negated()) < 0 ? -Long.MAX_VALUE : duration.toNanos();
  }

  /**
   * The same of an argument.
   *
   * @param name what it is called, for one that is null
   */
  public static long of(String name, Duration duration) {
    return of(requireNonNull(duration, name));
  }
}
