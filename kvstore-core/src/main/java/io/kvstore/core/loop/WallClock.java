package io.kvstore.core.loop;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The time since 1970 as the machine knew it when the program began, and from then on without
 * leaps.
 */
enum WallClock implements LongSupplier {
  INSTANCE;

  private final long offset;

  WallClock() {
    Instant start = Instant.now();
    offset = start.getEpochSecond() * 1_000_000_000 + start.getNano() - System.nanoTime();
  }

  @Override
  public long getAsLong() {
    return System.nanoTime() + offset;
  }
}
