package io.kvstore.ratis;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one open store, beside those of Ratis: a timer, and as many as there is to do. */
final class StoreThreads implements AutoCloseable {
  private static final long CLOSING_MILLIS = 100;

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService executor;

  StoreThreads(String name) {
    timer = new ScheduledThreadPoolExecutor(1, named(name + "-timer"));
    timer.setRemoveOnCancelPolicy(true);
    executor = Executors.newCachedThreadPool(named(name + "-calls"));
  }

  private static ThreadFactory named(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** Runs a task, also when the store is closed: callers that wait must be told. */
  Executor executor() {
    return task -> {
      try {
        executor.execute(task);
      } catch (RejectedExecutionException closed) {
        task.run();
      }
    };
  }

  /** Ends them: what they do now comes to its end, unless that takes long. */
  @Override
  public void close() {
    timer.shutdownNow();
    executor.shutdown();
    try {
      boolean unused =
          timer.awaitTermination(CLOSING_MILLIS, TimeUnit.MILLISECONDS)
              && executor.awaitTermination(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
