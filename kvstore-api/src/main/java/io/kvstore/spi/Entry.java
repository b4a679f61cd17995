package io.kvstore.spi;

import io.kvstore.Bytes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a replica holds under a key: a value, or the tombstone of one that was removed.
 *
 * <p>Immutable, and shared between replicas.
 *
 * @param value the value; null in a tombstone
 * @param flags 32 bits of the writer's own; in a tombstone, why the value was removed
 * @param version the number of the write that made it; on one key, a later write has a higher one
 * @param expiresAt when it expires, in nanoseconds since 1970, or {@link #NEVER}
 * @param context at the causal level, what the write depends on together with itself; null
 *     elsewhere
 */
public record Entry(
    @Nullable Bytes value, int flags, long version, long expiresAt, @Nullable VectorClock context) {
  /** The time that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int EVICTED = 1; // the flags of a tombstone

  /** A plain entry without flags, expiry and context. */
  public static Entry of(Bytes value, long version) {
    return new Entry(value, 0, version, NEVER, null);
  }

  /** The tombstone left by the write of this version. */
  public static Entry tombstone(long version, @Nullable VectorClock context) {
    return new Entry(null, 0, version, NEVER, context);
  }

  /** The tombstone of an entry that the write of this version has evicted. */
  public static Entry evicted(long version, @Nullable VectorClock context) {
    return new Entry(null, EVICTED, version, NEVER, context);
  }

  /** Whether this marks a removal for others to have room. */
  public boolean isEviction() {
    return value == null && flags == EVICTED;
  }

  /** Whether this marks a removal. */
  public boolean isTombstone() {
    return value == null;
  }

  /** Whether its time is over. */
  public boolean isExpiredAt(long now) {
    return expiresAt <= now;
  }

  /** Whether a client sees a value here at that time. */
  public boolean isVisibleAt(long now) {
    return value != null && expiresAt > now;
  }

  /** The value of an entry that is known to be no tombstone. */
  public Bytes presentValue() {
    return Objects.requireNonNull(value, "a tombstone has no value");
  }
}
