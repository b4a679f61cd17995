package io.kvstore.core.loop;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that end when they have had nothing to do for a while. While one of them waits for
 * another, as a user's code may, the next one goes on.
 *
 * <p>A pool of the JDK may count a thread that could not be started among its own for good, and
 * then starts no more: so after that it is spent, and another has to take its place.
 */
final class AnswersPool extends ForkJoinPool {
  private static final int THREADS_LIMIT = 256;
  private static final long IDLE_MILLIS = 500;

  private final AtomicInteger busy = new AtomicInteger();
  private volatile boolean isSpent;

  AnswersPool(String name) {
    super(
        1,
        pool -> AnswersThread.of((AnswersPool) pool, name),
        (thread, thrown) -> ((AnswersThread) thread).pool.isSpent = true,
        /* asyncMode= */ true,
        /* corePoolSize= */ 0,
        THREADS_LIMIT,
        /* minimumRunnable= */ 1,
        waitWithoutAnother -> true,
        IDLE_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** Whether a thread could not be started, or has not done what it was started for. */
  boolean isSpent() {
    return isSpent;
  }

  @Override
  public void execute(Runnable task) {
    boolean isTaken = false;
    try {
      super.execute(() -> perform(task));
      isTaken = true;
    } finally {
      if (!isTaken && !isShutdown()) {
        isSpent = true;
      }
    }
  }

  private void perform(Runnable task) {
    busy.incrementAndGet();
    try {
      task.run();
    } finally {
      busy.decrementAndGet();
      endIfSpent();
    }
  }

  /** Ends its threads once it is spent and none of them does anything. */
  void endIfSpent() {
    if (isSpent && busy.get() == 0) {
      shutdownNow();
    }
  }

  /** A pool that is spent may still count a thread which never was. */
  @Override
  public boolean isTerminated() {
    return isSpent ? busy.get() == 0 : super.isTerminated();
  }

  private static final class AnswersThread extends ForkJoinWorkerThread {
    private final AnswersPool pool;

    private AnswersThread(AnswersPool pool) {
      super(pool);
      this.pool = pool;
    }

    static AnswersThread of(AnswersPool pool, String name) {
      boolean isMade = false;
      try {
        AnswersThread thread = new AnswersThread(pool);
        thread.setName(name);
        isMade = true;
        return thread;
      } finally {
        if (!isMade) {
          pool.isSpent = true;
        }
      }
    }

    @Override
    public synchronized void start() {
      boolean isStarted = false;
      try {
        super.start();
        isStarted = true;
      } finally {
        if (!isStarted) {
          pool.isSpent = true;
        }
      }
    }

    @Override
    protected void onStart() {
      Threads.belongsToStore();
    }
  }
}
