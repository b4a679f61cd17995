package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keys that were read, by any threads, until one thread takes note of them. Readers never wait for
 * each other: where they are faster than what they have read is taken out, the older keys are lost.
 */
final class ReadBuffer {
  private static final int STRIPES = 4;
  private static final int LENGTH = 64; // of each
  private static final int APART = 16; // counters of different stripes are in different lines

  private final AtomicReferenceArray<@Nullable Bytes> keys =
      new AtomicReferenceArray<>(STRIPES * LENGTH);
  private final AtomicLongArray counts = new AtomicLongArray(STRIPES * APART);

  /** Adds a key; tells whether it is time to take them out. */
  boolean add(Bytes key) {
    int hash = key.hashCode();
    int stripe = (hash ^ (hash >>> 16)) & (STRIPES - 1);
    long index = counts.getAndIncrement(stripe * APART);
    keys.lazySet(stripe * LENGTH + (int) (index & (LENGTH - 1)), key);
    return (index & (LENGTH / 2 - 1)) == LENGTH / 2 - 1;
  }

  /** How many were added so far. */
  long count() {
    long all = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      all += counts.get(stripe * APART);
    }
    return all;
  }

  /** Takes out what is there. One thread at a time. */
  void drain(Consumer<Bytes> reader) {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      long next = counts.get(stripe * APART);
      for (long index = Math.max(0, next - LENGTH); index < next; index++) {
        int slot = stripe * LENGTH + (int) (index & (LENGTH - 1));
        Bytes key = keys.get(slot);
        if (key != null) {
          keys.lazySet(slot, null);
          reader.accept(key);
        }
      }
    }
  }
}
