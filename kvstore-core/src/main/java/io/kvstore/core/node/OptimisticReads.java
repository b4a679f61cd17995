package io.kvstore.core.node;

import io.kvstore.Consistency;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a replica without a turn of its loop: most reads depend on nothing but what is there
 * already.
 *
 * <p>Below the linearizable level a value that is found counts even while another thread has the
 * loop: it was there at some moment of the look. Anything else that was seen counts only if no
 * thread has owned the loop meanwhile, as with a sequence lock: then it is what a turn at that
 * moment would have seen. While another thread has the loop, it is tried again for a little; after
 * that, the reader takes a turn as every other caller does.
 */
public final class OptimisticReads {
  private static final int TRIES = 8;

  private OptimisticReads() {}

  /**
   * Answers a query if a look at the replica is enough; null if not.
   *
   * @param level what the answer must promise
   * @param position how far the session has seen the group's one order
   * @param seen what the session has seen of the members' independent writes
   * @param isAlone whether nothing that the session has asked for before may still be under way
   */
  public static @Nullable OptimisticRead at(
      Replica replica,
      Query query,
      Consistency level,
      long position,
      VectorClock seen,
      boolean isAlone) {
    OptimisticRead optimisticRead = null;
    if (isAlone && level != Consistency.LINEARIZABLE) {
      optimisticRead = tryAt(replica, query, level, position, seen);
    }
    if (optimisticRead == null || !isFound(optimisticRead)) {
      optimisticRead = whileQuiet(replica, query, level, position, seen);
    }
    if (optimisticRead != null) {
      replica.counts().answeredByLook(query, optimisticRead.answer());
    }
    return optimisticRead;
  }

  private static boolean isFound(OptimisticRead optimisticRead) {
    return optimisticRead.answer() instanceof Found found && found.entry() != null;
  }

  private static @Nullable OptimisticRead whileQuiet(
      Replica replica, Query query, Consistency level, long position, VectorClock seen) {
    EventLoop loop = replica.loop();
    for (int i = 0; i < TRIES; i++) {
      long stamp = loop.quietStamp();
      if (stamp == EventLoop.NOT_QUIET) {
        return null;
      }
      OptimisticRead optimisticRead = tryAt(replica, query, level, position, seen);
      if (loop.wasQuietSince(stamp)) {
        return optimisticRead;
      }
    }
    return null;
  }

  private static @Nullable OptimisticRead tryAt(
      Replica replica, Query query, Consistency level, long position, VectorClock seen) {
    try {
      return replica.optimisticRead(query, level, position, seen);
    } catch (RuntimeException disturbed) {
      return null; // or broken: then the loop finds out
    }
  }
}
