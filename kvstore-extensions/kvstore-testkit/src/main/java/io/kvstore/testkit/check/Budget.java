package io.kvstore.testkit.check;

import java.time.Duration;

/**
 * How long a check may search, and how much it may remember, before it says that it is undecided.
 */
public record Budget(Duration time, long bytes) {
  /** A minute, and a quarter of the memory that this JVM may have. */
  public static final Budget DEFAULT =
      new Budget(Duration.ofMinutes(1), Runtime.getRuntime().maxMemory() / 4);

  /** Both must be positive. */
  public Budget {
    if (time.isNegative() || time.isZero() || bytes <= 0) {
      throw new IllegalArgumentException(
          "a budget of " + time + " and " + bytes + " bytes, expected more than nothing of both");
    }
  }
}
