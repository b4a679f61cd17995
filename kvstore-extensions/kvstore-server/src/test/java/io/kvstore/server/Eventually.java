package io.kvstore.server;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes about by itself, up to a deadline. */
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

  private Eventually() {}

  /** Waits until this holds, for as long as a test has patience. */
  public static void holds(BooleanSupplier condition) {
    holdsWithin(PATIENCE, condition);
  }

  /** Waits until this holds, for at most so long. */
  public static void holdsWithin(Duration atMost, BooleanSupplier condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        fail("this did not come about within " + atMost);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
