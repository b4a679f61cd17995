package io.kvstore.ratis;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a follower perform what is committed at once, while something waits for that. Ordinarily it
 * learns what is committed with the next record, or, when nothing more is written, with the next
 * heartbeat: a read that must see what its session has just written would wait for it, for up to
 * half the time after which a leader is taken for lost. So while anything waits, a follower that
 * holds records which it has not performed asks its leader.
 */
final class Commits {
  private static final Logger logger = LoggerFactory.getLogger(Commits.class);
  private static final long PAUSE_MILLIS = 20;
  private static final long PATIENCE_MILLIS = 100; // its disk may be slower than the heartbeat

  private final Follower follower;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean isLooking = new AtomicBoolean();
  private final AtomicBoolean isAsking = new AtomicBoolean();

  /** The member, as far as it follows another. */
  interface Follower {
    /** Whether it holds records which it has not performed. */
    boolean isBehind() throws IOException;

    /** Asks the leader, and ends once this member has performed what was committed then. */
    CompletableFuture<?> ask() throws IOException;
  }

  /**
   * For one member.
   *
   * @param executor asks the leader: not in the middle of what Ratis does, which holds locks
   */
  Commits(Follower follower, Executor executor, ScheduledExecutorService timer) {
    this.follower = follower;
    this.executor = executor;
    this.timer = timer;
  }

  /** Something waits until this ends. */
  void bringUntil(CompletableFuture<?> enough) {
    if (!enough.isDone()) {
      waiting.getAndIncrement();
      Ends.then(enough, (any, thrown) -> waiting.getAndDecrement());
      if (isLooking.compareAndSet(false, true)) {
        look();
      }
    }
  }

  /** One chain of looks at a time does this. */
  private void look() {
    if (waiting.get() == 0) {
      isLooking.set(false);
      if (waiting.get() == 0 || !isLooking.compareAndSet(false, true)) {
        return;
      }
    }
    try {
      if (follower.isBehind() && isAsking.compareAndSet(false, true)) {
        executor.execute(this::ask);
      }
    } catch (IOException | RuntimeException failed) {
      logger.debug("it is not known whether this member is behind", failed);
    }
    try {
      ScheduledFuture<?> unused = timer.schedule(this::look, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      logger.debug("the store is closed");
    }
  }

  private void ask() {
    try {
      Ends.then(
          follower.ask().orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS),
          (reply, thrown) -> isAsking.set(false));
    } catch (IOException | RuntimeException failed) {
      isAsking.set(false);
      logger.debug("the leader cannot be asked", failed);
    }
  }
}
