package io.kvstore.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Patience with systems that take a while to come up. */
final class Wait {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Wait() {}

  /** The first answer that is not null. */
  static <T> T until(String what, Supplier<@Nullable T> question) throws TimeoutException {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (System.nanoTime() < deadline) {
      T answer = question.get();
      if (answer != null) {
        return answer;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new TimeoutException("waited in vain for " + what);
  }

  static void untilTrue(String what, Supplier<Boolean> question) throws TimeoutException {
    Boolean unused = until(what, () -> question.get() ? Boolean.TRUE : null);
  }

  static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("nothing is there");
    }
    return value;
  }
}
