package io.kvstore;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long messages take on a link. */
@FunctionalInterface
public interface Delay {
  /** No time at all. */
  Delay NONE = new NamedDelay("takes no time", random -> 0);

  /** The longest delay: a hundred years. Whatever takes longer is a cut. */
  Duration LONGEST = Duration.ofDays(36_525);

  /**
   * The delay of the next message, in nanoseconds, not negative. It must draw on nothing but the
   * given source.
   */
  long nextNanos(RandomGenerator random);

  /** Always the same. */
  static Delay fixed(Duration time) {
    long nanos = requireNotNegative("time", time);
    return new NamedDelay("takes " + time, random -> nanos);
  }

  /** Anything between two times, all alike. */
  static Delay uniform(Duration least, Duration most) {
    long leastNanos = requireNotNegative("least", least);
    long mostNanos = requireNotNegative("most", most);
    if (leastNanos > mostNanos) {
      throw new IllegalArgumentException(
          "the least delay " + least + " is longer than the longest, " + most);
    }
    return new NamedDelay(
        "takes " + least + " to " + most, random -> random.nextLong(leastNanos, mostNanos + 1));
  }

  /** Mostly short, sometimes long: exponential, with this mean. */
  static Delay exponential(Duration mean) {
    long meanNanos = requireNotNegative("mean", mean);
    // StrictMath, so that every machine draws the same delays from the same seed.
    return new NamedDelay(
        "takes about " + mean,
        random -> (long) (-StrictMath.log(1 - random.nextDouble()) * meanNanos));
  }

  private static long requireNotNegative(String name, Duration time) {
    if (requireNonNull(time, name).isNegative()) {
      throw new IllegalArgumentException("a delay must not be negative, as " + time + " is");
    }
    if (time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a delay must be at most " + LONGEST + ", not " + time + ": cut the link instead");
    }
    return time.toNanos();
  }
}
