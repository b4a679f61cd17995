package io.kvstore.core.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that call listeners: as many as there are listeners that are busy, and none when
 * there is nothing to tell.
 *
 * <p>A listener is the user's code and may take its time: nothing else waits for its thread.
 */
final class Listeners {
  private static final long IDLE_MILLIS = 500;

  private final String threadName;
  private final ThreadPoolExecutor executor;
  private final Queue<Runnable> delayed = new ConcurrentLinkedQueue<>();

  Listeners(String storeName) {
    threadName = storeName + "-listener";
    executor =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // one for each listener at the most
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            task -> Threads.daemon(threadName, task));
  }

  /** Tells news by a thread of their own, or later if none can be started now. */
  void tell(Runnable news) {
    if (!start(news)) {
      delayed.add(news);
    }
  }

  /** Tells news when {@link #tellDelayed} is called. */
  void tellLater(Runnable news) {
    delayed.add(news);
  }

  private boolean start(Runnable news) {
    try {
      executor.execute(news);
      return true;
    } catch (RejectedExecutionException atItsEnd) {
      return true; // The store is closed, and so are its listeners.
    } catch (Throwable noThread) {
      return false;
    }
  }

  /** Whether news wait to be told, as when no thread could be started. */
  boolean areStuck() {
    return !delayed.isEmpty();
  }

  /** Tries again to tell what could not be told. */
  void tellDelayed() {
    for (Runnable news = delayed.poll(); news != null; news = delayed.poll()) {
      if (!start(news)) {
        delayed.add(news);
        return;
      }
    }
  }

  /** Waits until listeners have been told what there was; not for ever. */
  void close() {
    tellDelayed();
    executor.shutdown();
    Threads.awaitTermination(
        executor, "a listener that has not returned, on a thread " + threadName);
    executor.shutdownNow();
  }
}
