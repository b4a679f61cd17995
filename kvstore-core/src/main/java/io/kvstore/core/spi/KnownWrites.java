package io.kvstore.core.spi;

import io.kvstore.spi.VectorClock;

/**
 * What a member knows of writes that have left no trace in its entries, where members write
 * independently.
 *
 * @param seen the highest version of each member's writes that was ever here
 * @param collected the highest version among the tombstones of each member that were collected
 * @param keptUpTo up to this version it does not know: its entries have come back, and nothing else
 */
public record KnownWrites(VectorClock seen, VectorClock collected, long keptUpTo) {
  /** Nothing is known. */
  public static final KnownWrites NONE = new KnownWrites(VectorClock.ZERO, VectorClock.ZERO, 0);
}
