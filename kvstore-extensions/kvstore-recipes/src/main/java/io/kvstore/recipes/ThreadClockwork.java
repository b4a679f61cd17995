package io.kvstore.recipes;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Real time: a daemon thread for claims, and another one as long as users are told something. */
final class ThreadClockwork implements Clockwork {
  private static final System.Logger LOG = System.getLogger(ThreadClockwork.class.getName());
  private static final long END_SECONDS = 1;
  private static final long IDLE_SECONDS = 1;

  private final ScheduledThreadPoolExecutor claims;
  private final ThreadPoolExecutor listeners;
  private volatile @Nullable Thread listening;

  ThreadClockwork() {
    claims =
        new ScheduledThreadPoolExecutor(
            1, daemons("kvstore-recipes"), new ThreadPoolExecutor.DiscardPolicy());
    claims.setRemoveOnCancelPolicy(true);
    claims.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    listeners =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("kvstore-recipes-listeners"),
            new ThreadPoolExecutor.DiscardPolicy());
    listeners.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    claims.execute(() -> run(task));
  }

  @Override
  public Runnable schedule(long delayNanos, Runnable task) {
    Future<?> scheduled = claims.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void tell(Runnable task) {
    listeners.execute(
        () -> {
          listening = Thread.currentThread();
          run(task);
        });
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (LeaseOverException over) {
      // That is how a listener that leads, or holds something, is meant to end.
    } catch (RuntimeException thrown) {
      LOG.log(System.Logger.Level.WARNING, "a listener of a recipe has thrown", thrown);
    }
  }

  @Override
  public void await(CompletableFuture<?> answer, long atMostNanos)
      throws InterruptedException, TimeoutException {
    try {
      answer.get(atMostNanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException ended) {
      // It has come; the caller looks what it is.
    }
  }

  @Override
  public void close() {
    claims.shutdownNow();
    listeners.shutdownNow();
    if (Thread.currentThread() != listening) {
      awaitEnd(listeners);
    }
    awaitEnd(claims);
  }

  private static void awaitEnd(ExecutorService executor) {
    try {
      if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "a listener of a recipe does not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
