package io.kvstore.jcache;

import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cache does while its callers go on: one thread tells asynchronous listeners, some load,
 * one waits for entries to expire. Threads start when there is something to do, end when there has
 * been nothing for a while, and end with the cache.
 */
final class Background {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);

  /** How many events may wait for listeners that are slow; others are lost, and that is logged. */
  private static final int MOST_EVENTS = 100_000;

  private static final int MOST_LOADS = 10_000;
  private static final int LOADING_THREADS = 4;
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** How long what is under way when a cache is closed may take until it is interrupted. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

  private final String name;
  private final ThreadPoolExecutor telling;
  private final ThreadPoolExecutor loading;
  private final ScheduledThreadPoolExecutor timing;
  private final AtomicBoolean isBehind = new AtomicBoolean();

  Background(String name) {
    this.name = name;
    telling = pool("events", 1, MOST_EVENTS);
    loading = pool("loads", LOADING_THREADS, MOST_LOADS);
    timing = new ScheduledThreadPoolExecutor(1, task -> new Worker(this, "expiry", task));
    timing.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    timing.allowCoreThreadTimeOut(true);
    timing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private ThreadPoolExecutor pool(String what, int threads, int mostWaiting) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(mostWaiting),
            task -> new Worker(this, what, task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Tells listeners something, after what is to be told already. */
  void tell(Runnable message) {
    try {
      telling.execute(message);
      if (isBehind.get() && telling.getQueue().size() < MOST_EVENTS / 2) {
        isBehind.set(false);
      }
    } catch (RejectedExecutionException full) {
      if (!telling.isShutdown() && !isBehind.getAndSet(true)) {
        LOG.warn(
            "the listeners of the cache {} are {} events behind: those that come now are lost",
            name,
            MOST_EVENTS);
      }
    }
  }

  /**
   * Loads something.
   *
   * @param ifNever what to do instead, if the cache is closed before this begins
   * @throws RejectedExecutionException when as much as can wait is waiting, or the cache is closed
   */
  void load(Runnable task, Runnable ifNever) {
    loading.execute(new Load(task, ifNever));
  }

  private record Load(Runnable task, Runnable ifNever) implements Runnable {
    @Override
    public void run() {
      task.run();
    }
  }

  /** Does something later, unless the cache is closed then. */
  @SuppressWarnings("FutureReturnValueIgnored") // what the task throws is logged
  void after(Duration delay, Runnable task) {
    try {
      timing.schedule(() -> run(task), Nanos.of(delay), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the cache {} is closed", name);
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failure) {
      LOG.warn("the cache {} could not look at an entry that should have expired", name, failure);
    }
  }

  /** Lets what is under way come to an end; a thread of its own does not wait for that. */
  void close() {
    List<ThreadPoolExecutor> pools = List.of(timing, loading, telling);
    pools.forEach(ThreadPoolExecutor::shutdown);
    List<Runnable> notBegun = new ArrayList<>();
    loading.getQueue().drainTo(notBegun);
    notBegun.forEach(each -> ((Load) each).ifNever().run());
    if (Thread.currentThread() instanceof Worker worker && worker.owner == this) {
      return;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean wasInterrupted = false;
    for (ThreadPoolExecutor each : pools) {
      wasInterrupted |= !hasEnded(each, deadline);
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until a pool has ended; false when the caller was interrupted. */
  private boolean hasEnded(ThreadPoolExecutor pool, long deadline) {
    try {
      if (!pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        LOG.warn("the cache {} is closed, and what it has under way is interrupted", name);
        pool.shutdownNow();
        pool.awaitTermination(AFTER_INTERRUPT.toMillis(), TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (InterruptedException interrupted) {
      pool.shutdownNow();
      return false;
    }
  }

  private static final class Worker extends Thread {
    private final Background owner;

    Worker(Background owner, String what, Runnable task) {
      super(task, "kvstore-cache-" + owner.name + "-" + what);
      this.owner = owner;
      setDaemon(true);
    }
  }
}
