package io.kvstore.core.loop;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and ends threads. */
final class Threads {
  private static final ThreadLocal<Boolean> BELONGS_TO_STORE = ThreadLocal.withInitial(() -> false);
  private static final Logger log = LoggerFactory.getLogger(Threads.class);
  private static final long END_WITHIN_SECONDS = 10;
  private static final long SILENT_SECONDS = 1; // longer waits are explained
  private static final long LOOK_MILLIS = 100;

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
    await(
        () -> {
          thread.join(LOOK_MILLIS);
          return !thread.isAlive();
        },
        "thread " + thread.getName(),
        seconds);
  }

  /**
   * Waits until an executor has done what it was given, unless the calling thread is a store's: two
   * stores that are closed from each other's answers must not wait for one another.
   *
   * @param tasks what it was given, for the log
   */
  static void awaitTermination(ExecutorService executor, String tasks) {
    if (BELONGS_TO_STORE.get()) {
      return;
    }
    await(
        () -> executor.awaitTermination(LOOK_MILLIS, TimeUnit.MILLISECONDS),
        tasks,
        END_WITHIN_SECONDS);
  }

  /** Waits for something for a while. */
  private interface Wait {
    boolean isOver() throws InterruptedException;
  }

  private static void await(Wait wait, String awaited, long seconds) {
    long begun = System.nanoTime();
    boolean isSaid = false;
    boolean interrupted = false;
    while (true) {
      try {
        if (wait.isOver()) {
          break;
        }
      } catch (InterruptedException laterPlease) {
        interrupted = true;
      }
      long waited = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      if (waited >= seconds) {
        log.warn("{} did not end within {} s: the store is closed without that", awaited, seconds);
        break;
      }
      if (!isSaid && waited >= SILENT_SECONDS) {
        isSaid = true;
        log.warn("close() waits for {}, for {} s at the most", awaited, seconds);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
