package io.kvstore.core.client;

import io.kvstore.OverloadedException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The lines of requests of one store. Each operation in flight has one to itself, so there are as
 * many as were ever needed at once, and no more than the limit.
 *
 * <p>To the replicas a lane is a client that has one request open at a time: all that they need to
 * remember of it is its last answer. A request that was given up can still arrive after a later one
 * of the same lane: then it is an old one, and not performed.
 */
final class Lanes {
  /** A line of requests. Whoever has it counts them. */
  static final class Lane {
    final int client;
    long sequence;

    private Lane(int client) {
      this.client = client;
    }
  }

  private static final int NEAR = 16; // a power of two

  private final int limit;
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicReferenceArray<@Nullable Lane> near = new AtomicReferenceArray<>(NEAR);
  private final Queue<Lane> far = new ConcurrentLinkedQueue<>();

  Lanes(int limit) {
    this.limit = limit;
  }

  /** Takes a lane for one operation: most often the one that this thread has just given back. */
  Lane take() {
    Lane lane = near.getAndSet(slot(), null);
    if (lane == null) {
      lane = far.poll();
    }
    if (lane == null) {
      lane = make();
    }
    if (lane == null) {
      lane = leftByOthers();
    }
    lane.sequence++;
    return lane;
  }

  private @Nullable Lane make() {
    int client = made.getAndIncrement();
    if (client >= limit) {
      made.getAndDecrement();
      return null;
    }
    return new Lane(client);
  }

  /** What threads that do nothing just now have kept near to themselves. */
  private Lane leftByOthers() {
    for (int i = 0; i < NEAR; i++) {
      Lane lane = near.getAndSet(i, null);
      if (lane != null) {
        return lane;
      }
    }
    Lane lane = far.poll();
    if (lane == null) {
      throw new OverloadedException(
          limit
              + " operations are in flight already: wait for some answers, or raise Limits.operationsInFlight");
    }
    return lane;
  }

  /** Gives a lane back, once its operation is over. */
  void giveBack(Lane lane) {
    if (near.get(slot()) != null || !near.compareAndSet(slot(), null, lane)) {
      far.offer(lane);
    }
  }

  private static int slot() {
    return (int) Thread.currentThread().getId() & (NEAR - 1);
  }
}
