package io.kvstore.core.loop;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call for a thread that does what waits somewhere: one at a time is on its way.
 *
 * <p>There may be no thread to be had just then. Who calls is not to blame, and does not learn of
 * it; a later caller calls again.
 */
final class Summons {
  private final Executor executor;
  private final Runnable task;
  private final AtomicBoolean isOnItsWay = new AtomicBoolean();
  private volatile boolean hasFailed;

  Summons(Executor executor, Runnable task) {
    this.executor = executor;
    this.task = task;
  }

  /** Sees to it that a thread comes, unless one is on its way. */
  void call() {
    if (isOnItsWay.get() || !isOnItsWay.compareAndSet(false, true)) {
      return;
    }
    boolean isCalled = false;
    try {
      executor.execute(task);
      isCalled = true;
      hasFailed = false;
    } catch (RejectedExecutionException atItsEnd) {
      isCalled = true; // It is closed: the thread that closes it sees to what waits.
    } catch (Throwable noThread) {
      hasFailed = true;
    } finally {
      if (!isCalled) {
        isOnItsWay.set(false);
      }
    }
  }

  /** For the thread that has come: what waits from now on needs another call. */
  void answered() {
    isOnItsWay.set(false);
  }

  /** The thread that has come could not do it: another is to be called later. */
  void fail() {
    hasFailed = true;
  }

  /** Whether the last call has found no thread. */
  boolean hasFailed() {
    return hasFailed;
  }
}
