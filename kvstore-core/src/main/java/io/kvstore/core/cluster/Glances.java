package io.kvstore.core.cluster;

import io.kvstore.Consistency;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Glance;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a replica without a turn of its loop: most reads depend on nothing but what is there
 * already.
 *
 * <p>What was seen counts only if nobody has owned the loop meanwhile, as with a sequence lock:
 * then it is what a turn at that moment would have seen. While somebody has the loop, it is tried
 * again for a little; after that, the reader takes a turn as everybody else does.
 */
public final class Glances {
  private static final int TRIES = 8;

  private Glances() {}

  /**
   * Answers a query if a look at the replica is enough; null if not.
   *
   * @param level what the answer must promise
   * @param position how far the session has seen the group's one order
   * @param seen what the session has seen of the members' independent writes
   */
  public static @Nullable Glance at(
      Replica replica, Query query, Consistency level, long position, VectorClock seen) {
    EventLoop loop = replica.loop();
    for (int i = 0; i < TRIES; i++) {
      long stamp = loop.quietStamp();
      if (stamp == EventLoop.NOT_QUIET) {
        return null;
      }
      Glance glance = tryAt(replica, query, level, position, seen);
      if (loop.wasQuietSince(stamp)) {
        if (glance != null) {
          replica.counts().glances.increment();
        }
        return glance;
      }
    }
    return null;
  }

  private static @Nullable Glance tryAt(
      Replica replica, Query query, Consistency level, long position, VectorClock seen) {
    try {
      return replica.glance(query, level, position, seen);
    } catch (RuntimeException disturbed) {
      return null; // or broken: then the loop finds out
    }
  }
}
