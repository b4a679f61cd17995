package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what comes about by itself, up to a deadline. */
final class Eventually {
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

  private Eventually() {}

  static void assertThat(Duration atMost, BooleanSupplier isTrue) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!isTrue.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        fail("this did not come about within " + atMost);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
