package io.kvstore.core.loop;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Starts and ends threads. */
final class Threads {
  private static final ThreadLocal<Boolean> BELONGS_TO_STORE = ThreadLocal.withInitial(() -> false);
  private static final long END_WITHIN_SECONDS = 10;

  private Threads() {}

  /** A thread that does not keep the JVM alive: a store that was not closed must not. */
  static Thread daemon(String name, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              belongsToStore();
              task.run();
            },
            name);
    thread.setDaemon(true);
    return thread;
  }

  /** Notes that the calling thread is a store's. */
  static void belongsToStore() {
    BELONGS_TO_STORE.set(true);
  }

  /** Waits for a thread to end, unless it is the calling one. */
  static void join(Thread thread) {
    join(thread, END_WITHIN_SECONDS);
  }

  /** Waits so many seconds at the most. */
  static void join(Thread thread, long seconds) {
    if (thread == Thread.currentThread()) {
      return;
    }
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (thread.isAlive() && System.nanoTime() < deadline) {
      try {
        thread.join(100);
      } catch (InterruptedException laterPlease) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until an executor has done what it was given, unless the calling thread is a store's: two
   * stores that are closed from each other's answers must not wait for one another.
   */
  static void awaitTermination(ExecutorService executor) {
    if (BELONGS_TO_STORE.get()) {
      return;
    }
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_WITHIN_SECONDS);
    while (!executor.isTerminated() && System.nanoTime() < deadline) {
      try {
        executor.awaitTermination(100, TimeUnit.MILLISECONDS);
      } catch (InterruptedException laterPlease) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
