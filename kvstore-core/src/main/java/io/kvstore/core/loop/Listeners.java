package io.kvstore.core.loop;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that call listeners: as many as there are listeners that are busy, and none when
 * there is nothing to tell.
 *
 * <p>A listener is the user's code and may take its time: nobody else waits for its thread.
 */
final class Listeners {
  private static final long IDLE_MILLIS = 500;

  private final ThreadPoolExecutor executor;

  Listeners(String storeName) {
    executor =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // one for each listener at the most
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            task -> Threads.daemon(storeName + "-listener", task));
  }

  void tell(Runnable news) {
    try {
      executor.execute(news);
    } catch (RejectedExecutionException atItsEnd) {
      // The store is closed, and so are its listeners.
    }
  }

  /** Waits until listeners have been told what there was; not for ever. */
  void close() {
    executor.shutdown();
    Threads.awaitTermination(executor);
    executor.shutdownNow();
  }
}
