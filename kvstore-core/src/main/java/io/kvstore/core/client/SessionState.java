package io.kvstore.core.client;

import io.kvstore.Position;
import io.kvstore.spi.VectorClock;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What a session has seen of each shard. It goes with the session from replica to replica. */
final class SessionState {
  private final boolean isVector;
  private final AtomicLongArray positions;
  private final AtomicReferenceArray<@Nullable VectorClock> clocks;

  /**
   * A session that has seen this much.
   *
   * @param isVector whether places are vector clocks rather than numbers
   */
  SessionState(int shards, boolean isVector, Position after) {
    this.isVector = isVector;
    positions = new AtomicLongArray(shards);
    clocks = new AtomicReferenceArray<>(isVector ? shards : 0);
    for (int shard : after.shards()) {
      if (shard >= shards) {
        throw new IllegalArgumentException(
            "the position "
                + after
                + " speaks of shard "
                + shard
                + ", and this store has "
                + shards);
      }
      if (isVector) {
        clocks.set(shard, after.in(shard));
      } else {
        positions.set(shard, after.in(shard).get(0));
      }
    }
  }

  long positionIn(int shard) {
    return positions.get(shard);
  }

  VectorClock seenIn(int shard) {
    VectorClock seen = isVector ? clocks.get(shard) : null;
    return seen == null ? VectorClock.ZERO : seen;
  }

  void sawUpTo(int shard, long position) {
    long before = positions.get(shard);
    while (position > before && !positions.compareAndSet(shard, before, position)) {
      before = positions.get(shard);
    }
  }

  void saw(int shard, VectorClock seen) {
    if (!isVector) {
      throw new IllegalStateException(
          "an answer with a vector clock, in a store whose sessions count positions: only CAUSAL"
              + " ones count with clocks");
    }
    clocks.accumulateAndGet(
        shard, seen, (before, more) -> before == null ? more : before.merge(more));
  }

  Position position() {
    Position position = Position.START;
    for (int shard = 0; shard < positions.length(); shard++) {
      VectorClock seen = isVector ? seenIn(shard) : VectorClock.of(positions.get(shard));
      if (seen.length() > 0) {
        position = position.with(shard, seen);
      }
    }
    return position;
  }
}
