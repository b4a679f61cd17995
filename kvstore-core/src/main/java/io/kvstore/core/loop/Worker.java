package io.kvstore.core.loop;

import io.kvstore.core.loop.WaitStrategy.Phase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that serves loops when no caller waits. It starts when it is needed, sleeps until it
 * is needed again, and ends when that takes long and no timer is to run.
 */
final class Worker {
  private static final long AWAKE = Long.MIN_VALUE;
  private static final long ENDS_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String name;
  private final List<EventLoop> loops;
  private final Consumer<EventLoop> serve;
  private final Answers answers;
  private final Listeners listeners;
  private final Supplier<Phase> phase;
  private volatile long sleepsUntil = Long.MAX_VALUE;
  private volatile @Nullable Thread thread;
  private @Nullable Thread last; // that was started

  /**
   * A thread that is not yet needed.
   *
   * @param loops those that it serves, which may change
   * @param serve takes a turn of a loop, unless another thread takes it
   * @param phase whether the driver is still open
   */
  Worker(
      String name,
      List<EventLoop> loops,
      Consumer<EventLoop> serve,
      Answers answers,
      Listeners listeners,
      Supplier<Phase> phase) {
    this.name = name;
    this.loops = loops;
    this.serve = serve;
    this.answers = answers;
    this.listeners = listeners;
    this.phase = phase;
  }

  private static long now() {
    return WallClock.INSTANCE.getAsLong();
  }

  long sleepsUntil() {
    return sleepsUntil;
  }

  void wake() {
    Thread running = thread;
    if (running == null) {
      running = start();
    }
    if (running != null && sleepsUntil != AWAKE) {
      LockSupport.unpark(running);
    }
  }

  /** Starts it, unless another has; it may be asleep already. Null when it cannot be started. */
  private synchronized @Nullable Thread start() {
    if (thread == null && phase.get() == Phase.OPEN) {
      sleepsUntil = AWAKE;
      try {
        Thread before = last;
        Thread started = Threads.daemon(name, () -> runAfter(before));
        started.start();
        thread = started;
        last = started;
      } catch (Throwable noThread) { // the next caller tries again
        sleepsUntil = Long.MAX_VALUE;
      }
    }
    return thread;
  }

  /** There is one at a time, also when the one before is about to end. */
  private void runAfter(@Nullable Thread before) {
    if (before != null) {
      Threads.join(before);
    }
    while (phase.get() == Phase.OPEN && isTheOne()) {
      try {
        if (!serveAndSleep()) {
          thread = null; // from now on another is started
          if (!isNeeded()) {
            return;
          }
        }
      } catch (Throwable thrown) { // as when memory ends: others wait for what is done here
        WaitStrategy.letTroublePass();
      }
    }
  }

  /** Whether something was left to it by one who could not know that it is about to end. */
  private boolean isNeeded() {
    return anyMail() || isHeldUp() || nextDeadline() < Long.MAX_VALUE;
  }

  /** Whether no other thread has been started in its place. */
  private synchronized boolean isTheOne() {
    if (thread == null) {
      thread = Thread.currentThread();
    }
    return thread == Thread.currentThread();
  }

  /** Tells whether there was anything to do. */
  private boolean serveAndSleep() {
    sleepsUntil = AWAKE;
    serveAll();
    if (answers.areStuck()) {
      answers.deliver();
    }
    if (listeners.areStuck()) {
      listeners.tellDelayed();
    }
    boolean comesBackSoon = isHeldUp();
    long next = comesBackSoon ? now() + WaitStrategy.RETRY_NANOS : nextDeadline();
    sleepsUntil = next;
    // A thread that leaves mail or an earlier deadline behind reads the field above afterwards: one
    // of the two sees the other.
    if (phase.get() != Phase.OPEN
        || (!comesBackSoon && (anyMail() || listeners.areStuck() || nextDeadline() < next))) {
      return true;
    }
    long begin = now();
    boolean hasTimer = next < Long.MAX_VALUE;
    LockSupport.parkNanos(this, hasTimer ? Math.max(0, next - begin) : ENDS_AFTER_NANOS);
    return hasTimer || now() - begin < ENDS_AFTER_NANOS;
  }

  /** Whether something is left undone that the machine did not allow. */
  private boolean isHeldUp() {
    return answers.areStuck()
        || listeners.areStuck()
        || loops.stream().anyMatch(loop -> loop.isFree() && loop.hasFailure());
  }

  private void serveAll() {
    for (EventLoop loop : loops) {
      if (loop.hasMail() || loop.deadlineAtRelease <= now()) {
        serve.accept(loop);
      }
    }
  }

  private boolean anyMail() {
    for (EventLoop loop : loops) {
      if (loop.hasMail() && loop.isFree()) {
        return true;
      }
    }
    return false;
  }

  private long nextDeadline() {
    long next = Long.MAX_VALUE;
    for (EventLoop loop : loops) {
      next =
          loop.isFree()
              ? Math.min(next, loop.deadlineAtRelease)
              : Math.min(next, now() + WaitStrategy.LOOK_AGAIN_NANOS); // its owner may not call
    }
    return next;
  }

  void close() {
    Thread running = lastStarted();
    if (running != null) {
      LockSupport.unpark(running);
      Threads.join(running);
    }
  }

  private synchronized @Nullable Thread lastStarted() {
    return last;
  }
}
