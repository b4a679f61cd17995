package io.kvstore.spring;

import io.kvstore.recipes.FencedLock;
import io.kvstore.recipes.Hold;
import io.kvstore.recipes.LeaseOverException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fenced lock as a {@code java.util.concurrent} one, which a thread may enter more than once. The
 * threads of a process take turns by a lock of its own; the one whose turn it is asks the store.
 */
final class StoreLock implements LeasedLock {
  private static final Logger logger = LoggerFactory.getLogger(StoreLock.class);

  private final String key;
  private final FencedLock shared;
  private final ReentrantLock local = new ReentrantLock();
  private @Nullable Hold hold; // of the thread that has the local one

  StoreLock(String key, FencedLock shared) {
    this.key = key;
    this.shared = shared;
  }

  @Override
  public void lock() {
    local.lock();
    enter(
        () -> {
          boolean isInterrupted = false;
          try {
            while (true) {
              try {
                return Optional.of(shared.acquire());
              } catch (InterruptedException interrupted) {
                isInterrupted = true;
              }
            }
          } finally {
            if (isInterrupted) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    local.lockInterruptibly();
    enter(() -> Optional.of(shared.acquire()));
  }

  @Override
  public boolean tryLock() {
    return local.tryLock() && enter(shared::tryAcquire);
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + unit.toNanos(time);
    return local.tryLock(time, unit)
        && enter(
            () ->
                shared.tryAcquire(
                    Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()))));
  }

  /** How the lock is asked for. */
  private interface Asking<E extends Exception> {
    Optional<Hold> ask() throws E;
  }

  /** Asks the store, if the thread has just got the local lock; gives that back if it gets none. */
  private <E extends Exception> boolean enter(Asking<E> asking) throws E {
    boolean isEntered = false;
    try {
      if (local.getHoldCount() > 1) {
        ensureStillHeld();
      } else {
        hold = asking.ask().map(this::watched).orElse(null);
      }
      isEntered = hold != null;
    } finally {
      if (!isEntered) {
        local.unlock();
      }
    }
    return isEntered;
  }

  private void ensureStillHeld() {
    if (!hold().isHeld()) {
      throw new LeaseOverException(
          "the lease of the lock '"
              + key
              + "' is over, so it cannot be entered once more: others may hold it by now");
    }
  }

  private Hold watched(Hold taken) {
    taken.onLost(
        () ->
            logger.warn("the lease of the lock '{}' is over: others may hold it from now on", key));
    return taken;
  }

  @Override
  public void unlock() {
    Hold mine = hold();
    if (local.getHoldCount() > 1) {
      local.unlock();
      return;
    }
    boolean wasHeld = mine.isHeld();
    try {
      mine.close();
    } finally {
      hold = null;
      local.unlock();
    }
    if (!wasHeld) {
      throw new ConcurrentModificationException(
          "the lease of the lock '"
              + key
              + "' was over before it was given back: others may have held it meanwhile, so what it"
              + " protects may have been changed by two at once");
    }
  }

  @Override
  public Hold hold() {
    Hold mine = local.isHeldByCurrentThread() ? hold : null;
    if (mine == null) {
      throw new IllegalMonitorStateException(
          "this thread does not hold the lock '" + key + "': call lock() first");
    }
    return mine;
  }

  /** Whether a thread of this process holds it, or waits for it. */
  boolean isInUse() {
    return local.isLocked() || local.hasQueuedThreads();
  }

  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException(
        "a lock in a store has no conditions: let those that wait watch a key");
  }

  @Override
  public String toString() {
    return "the lock '" + key + "'" + (local.isLocked() ? ", which is held here" : "");
  }
}
