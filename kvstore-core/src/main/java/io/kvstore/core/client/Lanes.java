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
  /** A line of requests. Its holder counts them. */
  static final class Lane {
    final int client;
    long sequence;

    // Set by a thread that loses the lane, in a handler of exceptions that must not call anything.
    volatile boolean isLost;
    @Nullable Call lostBy; // null when there was no call yet

    private Lane(int client) {
      this.client = client;
    }
  }

  private static final int NEAR = 16; // a power of two

  private final int limit;
  private final AtomicInteger made = new AtomicInteger();
  private final Queue<Lane> all = new ConcurrentLinkedQueue<>();
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
    Lane lane = null;
    try {
      lane = new Lane(client);
      all.add(lane);
    } finally {
      if (lane == null) {
        made.getAndDecrement();
      }
    }
    return lane;
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
    if (lane == null && takeBackLost()) {
      return leftByOthers();
    }
    if (lane == null) {
      throw new OverloadedException(
          limit
              + " operations are in flight already: wait for some answers, or raise Limits.operationsInFlight");
    }
    return lane;
  }

  /** Takes back the lanes of callers that have ended in the middle of a call. */
  private synchronized boolean takeBackLost() {
    boolean hasFound = false;
    for (Lane lane : all) {
      if (lane.isLost) {
        takeBack(lane);
        hasFound = true;
      }
    }
    return hasFound;
  }

  private void takeBack(Lane lane) {
    Call call = lane.lostBy;
    lane.lostBy = null; // before it is given back, and may be lost once more
    lane.isLost = false;
    boolean isBack = false;
    try {
      if (call == null) {
        far.offer(lane);
      } else {
        call.abandon("its caller has failed");
        call.deliver();
      }
      isBack = true;
    } finally {
      if (!isBack) {
        lane.lostBy = call;
        lane.isLost = true;
      }
    }
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
