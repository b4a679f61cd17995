package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/** A lock that takes so many permits of a key. */
record SimpleLock(Permits permits, int taken) implements FencedLock {
  @Override
  public Hold acquire() throws InterruptedException {
    return permits.acquire(taken);
  }

  @Override
  public Optional<Hold> tryAcquire() {
    return permits.tryAcquire(taken);
  }

  @Override
  public Optional<Hold> tryAcquire(Duration atMost) throws InterruptedException {
    return permits.tryAcquire(taken, requireNonNull(atMost, "atMost"));
  }
}
