package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys that were read, by any threads, until one thread takes note of them. Readers never wait for
 * each other: where they are faster than what they have read is taken out, the older keys are lost.
 */
final class ReadBuffer {
  private static final int STRIPES = 4;
  private static final int LENGTH = 64; // of each
  private static final int APART = 8; // counters of different stripes are in different lines

  /** Written without any order: keys are immutable, and one that is seen late is lost. */
  private final @Nullable Bytes[] keys = new @Nullable Bytes[STRIPES * LENGTH];

  private final AtomicLong[] counts =
      Stream.generate(AtomicLong::new).limit(STRIPES * APART).toArray(AtomicLong[]::new);

  /** Adds a key; tells whether it is time to take them out. */
  boolean add(Bytes key) {
    int hash = key.hashCode();
    int stripe = (hash ^ (hash >>> 16)) & (STRIPES - 1);
    long index = counts[stripe * APART].getAndIncrement();
    keys[stripe * LENGTH + (int) (index & (LENGTH - 1))] = key;
    return (index & (LENGTH / 2 - 1)) == LENGTH / 2 - 1;
  }

  /** How many were added so far. */
  long count() {
    long all = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      all += counts[stripe * APART].get();
    }
    return all;
  }

  /** Takes out what is there. One thread at a time. */
  void drain(Consumer<Bytes> reader) {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      long next = counts[stripe * APART].get();
      for (long index = Math.max(0, next - LENGTH); index < next; index++) {
        int slot = stripe * LENGTH + (int) (index & (LENGTH - 1));
        Bytes key = keys[slot];
        if (key != null) {
          keys[slot] = null;
          reader.accept(key);
        }
      }
    }
  }
}
