package io.kvstore.recipes;

import io.kvstore.Versioned;
import java.time.Duration;
import java.time.Instant;

/**
 * The time of the store: what it has stamped on a write. Clients need no clocks that agree where
 * they go by that.
 */
final class StoreTime {
  private StoreTime() {}

  /**
   * When an entry was written, in nanoseconds since 1970.
   *
   * @param kept the lifetime with which it was written
   * @throws IllegalStateException when it has none
   */
  static long of(Versioned<?> entry, Duration kept) {
    Instant end =
        entry
            .expiresAt()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the entry never expires: something other than these recipes has written"
                            + " it"));
    return Math.addExact(Math.multiplyExact(end.getEpochSecond(), 1_000_000_000L), end.getNano())
        - kept.toNanos();
  }
}
