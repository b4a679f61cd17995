package io.kvstore.ratis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ends what takes too long, for one who has one thing under way at a time. A timer for each of them
 * would be woken each time: here one that runs looks later at what is under way then. So something
 * may be given as long as what came just before it.
 */
final class Patience<T> {
  private final ScheduledExecutorService timer;
  private final AtomicBoolean isRunning = new AtomicBoolean();
  private volatile @Nullable Waiting<T> waiting;

  private record Waiting<T>(CompletableFuture<T> future, T late, long deadline) {}

  Patience(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Ends a future with a value when it has not ended in time. */
  CompletableFuture<T> within(CompletableFuture<T> future, T late, long nanos) {
    if (!future.isDone()) {
      waiting = new Waiting<>(future, late, System.nanoTime() + nanos);
      runIfWanted();
    }
    return future;
  }

  private void runIfWanted() {
    Waiting<T> now = waiting;
    if (now != null && !now.future().isDone() && isRunning.compareAndSet(false, true)) {
      try {
        ScheduledFuture<?> unused =
            timer.schedule(this::look, now.deadline() - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closed) {
        now.future().complete(now.late());
      }
    }
  }

  private void look() {
    Waiting<T> now = waiting;
    if (now != null && System.nanoTime() - now.deadline() >= 0) {
      now.future().complete(now.late());
    }
    isRunning.set(false);
    runIfWanted();
  }
}
