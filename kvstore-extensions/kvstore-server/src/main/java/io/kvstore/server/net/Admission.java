package io.kvstore.server.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests of all connections of a node, whatever they speak, may be on their way to the
 * store at once. A store refuses operations over its own limit; so many clients should wait
 * instead. Each node has a share of its own, so that the clients of one that is cut off do not take
 * the room of the others.
 *
 * <p>Who finds no room leaves word, and tries once more in case some came free meanwhile. A client
 * that leaves wakes the first that waits; one that is woken, and needs no room any more or leaves
 * some, wakes the next. So there is never room while a client waits and none is about to come.
 */
public final class Admission {
  /** For all nodes; below the operations in flight that a store allows unless told otherwise. */
  private static final int LIMIT_OF_ALL = 8_192;

  private final int limit;
  private final AtomicInteger inside = new AtomicInteger();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /** Room for so many. */
  public Admission(int limit) {
    this.limit = limit;
  }

  /** The share of one among so many nodes. */
  public static Admission ofOneAmong(int nodes) {
    return new Admission(Math.max(1, LIMIT_OF_ALL / nodes));
  }

  /** Whether there is room now. */
  public boolean hasRoom() {
    return inside.get() < limit;
  }

  /** Comes in if there is room. */
  public boolean tryEnter() {
    while (true) {
      int now = inside.get();
      if (now >= limit) {
        return false;
      }
      if (inside.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Has this run when there is room. It must not take long, and calls {@link #wakeNext()}. */
  public void whenThereIsRoom(Runnable come) {
    waiting.add(come);
  }

  /** Goes, and lets the next one know. */
  public void leave() {
    inside.decrementAndGet();
    wakeNext();
  }

  /** Wakes the first who waits, if there is room. */
  public void wakeNext() {
    if (inside.get() < limit) {
      Runnable first = waiting.poll();
      if (first != null) {
        first.run();
      }
    }
  }
}
