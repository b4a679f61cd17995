package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * A number of permits that all processes which use the store share. First come, first served: one
 * that wants many is not overtaken by those that want few.
 *
 * <p>All must name the same number of permits: where they do not, each goes by its own. Several
 * hold permits at once, so a token tells which of two came first, but fences nothing off.
 */
public final class LeasedSemaphore {
  private final Permits permits;
  private final int capacity;

  LeasedSemaphore(Context context, String key, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a semaphore needs at least 1 permit, not " + capacity);
    }
    this.permits = new Permits(context, key, capacity);
    this.capacity = capacity;
  }

  /** Waits for permits, as {@link FencedLock#acquire} does. */
  public Hold acquire(int number) throws InterruptedException {
    return permits.acquire(requirePossible(number));
  }

  /** Takes permits if they are free, as {@link FencedLock#tryAcquire()} does. */
  public Optional<Hold> tryAcquire(int number) {
    return permits.tryAcquire(requirePossible(number));
  }

  /** Waits for permits, as {@link FencedLock#tryAcquire(Duration)} does. */
  public Optional<Hold> tryAcquire(int number, Duration atMost) throws InterruptedException {
    requireNonNull(atMost, "atMost");
    return permits.tryAcquire(requirePossible(number), atMost);
  }

  private int requirePossible(int number) {
    if (number < 1 || number > capacity) {
      throw new IllegalArgumentException(
          "from 1 to " + capacity + " permits can be had, not " + number);
    }
    return number;
  }
}
