package io.kvstore.spi;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;

/** What a write does to an entry. */
public sealed interface Change {
  /** A lifetime without an end. */
  long FOREVER = 0;

  /** Takes the entry away. */
  Change REMOVE = new Remove();

  /**
   * Sets the value.
   *
   * @param value the new value
   * @param flags 32 bits of the writer's own
   * @param lifetimeNanos how long the entry lives from now on, or {@link #FOREVER}
   */
  record Put(Bytes value, int flags, long lifetimeNanos) implements Change {}

  /** Takes the entry away. */
  record Remove() implements Change {}

  /**
   * Adds to a number; where there is no entry, to zero.
   *
   * @param delta what is added
   * @param format how the number is written
   * @param lifetimeNanos how long an entry lives that was not there before, or {@link #FOREVER};
   *     one that was there keeps its expiry
   */
  record Add(long delta, NumberFormat format, long lifetimeNanos) implements Change {
    /** Without an end. */
    public Add(long delta, NumberFormat format) {
      this(delta, format, FOREVER);
    }
  }

  /**
   * Puts bytes behind the value; where there is no entry, behind nothing. Flags and expiry stay.
   *
   * @param tail the bytes
   */
  record Append(Bytes tail) implements Change {}

  /**
   * Puts bytes before the value; where there is no entry, before nothing. Flags and expiry stay.
   *
   * @param head the bytes
   */
  record Prepend(Bytes head) implements Change {}

  /**
   * Sets how long the entry lives; where there is no entry, nothing happens.
   *
   * @param lifetimeNanos how long from now on, or {@link #FOREVER}
   */
  record Touch(long lifetimeNanos) implements Change {}
}
