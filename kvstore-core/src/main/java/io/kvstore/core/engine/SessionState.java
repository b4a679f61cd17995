package io.kvstore.core.engine;

import com.google.common.base.Ascii;
import io.kvstore.Position;
import io.kvstore.spi.VectorClock;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What a session has seen of each shard. It goes with the session from replica to replica. */
public final class SessionState {
  private static final int SHOWN_LIMIT = 100; // characters of a text that a client may have sent

  private final boolean takesClocks;
  private final AtomicLongArray positions;
  private final AtomicReferenceArray<@Nullable VectorClock> clocks;
  private volatile boolean hasSubmitted;

  /**
   * A session that has seen this much.
   *
   * <p>A place may have been told by a store that counted otherwise then: its highest number is a
   * position that every member has reached since.
   *
   * @param takesClocks whether the store's protocol may answer with vector clocks
   */
  public SessionState(int shards, Position after, boolean takesClocks) {
    this.takesClocks = takesClocks;
    positions = new AtomicLongArray(shards);
    clocks = new AtomicReferenceArray<>(shards);
    for (int shard : after.shards()) {
      if (shard >= shards) {
        throw new IllegalArgumentException(
            "the position "
                + Ascii.truncate(after.toString(), SHOWN_LIMIT, "…")
                + " speaks of shard "
                + shard
                + ", and this store has "
                + shards
                + ": expected shards from 0 to "
                + (shards - 1));
      }
      VectorClock seen = after.in(shard);
      clocks.set(shard, seen);
      for (int i = 0; i < seen.length(); i++) {
        positions.set(shard, Math.max(positions.get(shard), seen.get(i)));
      }
    }
  }

  /** The highest position that it has seen of a shard. */
  public long positionIn(int shard) {
    return positions.get(shard);
  }

  /** What it has seen of a shard where members write independently. */
  public VectorClock seenIn(int shard) {
    VectorClock seen = clocks.get(shard);
    return seen == null ? VectorClock.ZERO : seen;
  }

  /**
   * Forgets what it has seen of a shard if all of that is of what was lost, up to this number.
   * Tells whether it was.
   */
  public boolean forgetIfLost(int shard, long lostUpTo) {
    long position = positions.get(shard);
    VectorClock clock = clocks.get(shard);
    long highest = position;
    for (int node = 0; clock != null && node < clock.length(); node++) {
      highest = Math.max(highest, clock.get(node));
    }
    return highest > 0
        && highest <= lostUpTo
        && clocks.compareAndSet(shard, clock, null)
        && positions.compareAndSet(shard, position, 0);
  }

  /** It has seen a shard up to this position. */
  public void sawUpTo(int shard, long position) {
    long before = positions.get(shard);
    while (position > before && !positions.compareAndSet(shard, before, position)) {
      before = positions.get(shard);
    }
  }

  /** It has seen what this clock counts. */
  public void saw(int shard, VectorClock seen) {
    if (!takesClocks) {
      throw new IllegalStateException(
          "an answer with the vector clock ["
              + seen
              + "], in a store whose sessions count positions: answer with a position, or open the"
              + " store with Consistency.CAUSAL");
    }
    VectorClock known = clocks.get(shard);
    if (known != null && known.covers(seen)) {
      return;
    }
    clocks.accumulateAndGet(
        shard, seen, (before, more) -> before == null ? more : before.merge(more));
  }

  /** Something is under way from now on that no caller waits for. */
  public void submits() {
    if (!hasSubmitted) {
      hasSubmitted = true;
    }
  }

  /** Whether something may be under way that no caller waits for. */
  public boolean mayHaveSubmitted() {
    return hasSubmitted;
  }

  /**
   * What it has seen.
   *
   * @param isVector whether a shard counts with vector clocks at present: a store that moves does
   *     so one shard after the other
   */
  public Position position(IntPredicate isVector) {
    Position position = Position.START;
    for (int shard = 0; shard < positions.length(); shard++) {
      VectorClock seen =
          isVector.test(shard) ? seenIn(shard) : VectorClock.of(positions.get(shard));
      if (seen.length() > 0) {
        position = position.with(shard, seen);
      }
    }
    return position;
  }
}
