package io.kvstore.core.loop;

import java.util.function.Consumer;

/** Brings tasks to loops, and waits for their end. */
public interface Driver extends AutoCloseable {
  /** How a wait ended. */
  enum Wait {
    /** The task is done. */
    DONE,
    /** Its time is over. */
    TIMED_OUT,
    /** The waiting thread was interrupted; its interrupt is still set. */
    INTERRUPTED,
    /** The driver was closed. */
    CLOSED
  }

  /**
   * A new loop, driven by this driver.
   *
   * @throws IllegalStateException when the driver is closed, or is being closed
   */
  EventLoop newLoop(String name);

  /** The same for work that may block its thread, such as a datalet's. */
  EventLoop newBlockingLoop(String name);

  /**
   * Ends a loop whose actors are no more, with its thread if it has one of its own. What is still
   * in its inbox runs first; a caller that brings something later runs it there at once: a caller
   * that still knows of an actor gets its answer. Timers do not run any more.
   */
  void end(EventLoop loop);

  /** Runs a task on a loop and waits for its end, at most for so long. */
  Wait call(EventLoop loop, ClientTask clientTask, long timeoutNanos);

  /**
   * The same for a task of the store itself, during which no client has a turn: a caller that waits
   * for it may hold a lock.
   */
  default Wait administer(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    return call(loop, clientTask, timeoutNanos);
  }

  /**
   * The same, whether or not the calling thread is interrupted: its interrupt is set again at the
   * end.
   */
  default Wait administerUninterrupted(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    long start = System.nanoTime();
    boolean wasInterrupted = Thread.interrupted();
    try {
      Wait end = administer(loop, clientTask, timeoutNanos);
      while (end == Wait.INTERRUPTED) {
        wasInterrupted |= Thread.interrupted();
        end = await(loop, clientTask, Math.max(0, timeoutNanos - (System.nanoTime() - start)));
      }
      return end;
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the end of a task that was submitted, at most for so long. */
  Wait await(EventLoop loop, ClientTask clientTask, long timeoutNanos);

  /** Runs a task on a loop, and delivers it when it ends. */
  void submit(EventLoop loop, ClientTask clientTask);

  /**
   * Runs code of a user, soon, by a thread that owns no loop, and that nothing else waits for. May
   * be called by any thread.
   */
  void tell(Runnable news);

  /** Refuses what a driver that is closed does not do any more. */
  static void requireOpen(boolean isOpen) {
    if (!isOpen) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** What its threads are called after. */
  String name();

  /**
   * Whether a client may look at a loop's actors without taking a turn, while the loop has no
   * owner.
   */
  default boolean allowsOptimisticReads() {
    return false;
  }

  /** The clock of the loops: nanoseconds since 1970. */
  long now();

  /**
   * Stops. Whatever is still in a loop's inbox runs first.
   *
   * @param last what to do on each loop before it ends
   */
  void close(Consumer<EventLoop> last);

  @Override
  default void close() {
    close(loop -> {});
  }
}
