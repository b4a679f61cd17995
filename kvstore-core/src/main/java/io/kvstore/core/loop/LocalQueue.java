package io.kvstore.core.loop;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;
import org.jspecify.annotations.Nullable;

/**
 * What the actors of one loop have for each other, first in, first out.
 *
 * <p>A message takes three slots of a ring (receiver, sender, message) instead of an object of its
 * own, and a task two (task, actor): sending within a loop allocates next to nothing. Writing a
 * reference to a new object into one that has survived collections costs a fence: so an empty ring
 * is replaced by a new one now and then.
 */
final class LocalQueue {
  private static final int SLOTS = 4; // of which one stays empty
  private static final int FIRST_CAPACITY = 32 * SLOTS; // a power of two
  private static final int LIFE = 1 << 12; // of a ring, in events

  private @Nullable Object[] ring = new @Nullable Object[FIRST_CAPACITY];
  private int head;
  private int size;
  private int left = LIFE;
  private final Failure failure;

  /** An empty queue; what its events throw is noted there. */
  LocalQueue(Failure failure) {
    this.failure = failure;
  }

  void add(@Nullable Actor actor, Runnable task) {
    int slot = nextSlot();
    ring[slot] = task;
    ring[slot + 1] = actor;
  }

  void add(Receiver to, NodeId from, Message message) {
    int slot = nextSlot();
    ring[slot] = to;
    ring[slot + 1] = from;
    ring[slot + 2] = message;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Runs the next event, if there is one. */
  boolean runNext() {
    if (size == 0) {
      return false;
    }
    int slot = head;
    Object first = ring[slot];
    Object second = ring[slot + 1];
    Object message = ring[slot + 2];
    size--;
    head = size == 0 ? 0 : (slot + SLOTS) & (ring.length - 1);
    ring[slot] = null; // a receiver may be removed
    ring[message == null ? slot + 1 : slot + 2] = null;
    if (--left <= 0 && size == 0) {
      ring = new @Nullable Object[FIRST_CAPACITY];
      left = LIFE;
    }
    try {
      if (message == null) {
        ((Runnable) first).run();
      } else {
        ((Receiver) first).receive((NodeId) second, (Message) message);
      }
    } catch (Throwable thrown) {
      failure.actor = (Actor) (message == null ? second : first);
      failure.event = first;
      failure.cause = thrown;
    }
    return true;
  }

  private int nextSlot() {
    if ((size + 1) * SLOTS > ring.length) {
      grow();
    }
    int slot = (head + size * SLOTS) & (ring.length - 1);
    size++;
    return slot;
  }

  private void grow() {
    @Nullable Object[] larger = new @Nullable Object[ring.length * 2];
    System.arraycopy(ring, head, larger, 0, ring.length - head);
    System.arraycopy(ring, 0, larger, ring.length - head, head);
    ring = larger;
    head = 0;
  }
}
