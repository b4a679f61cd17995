package io.kvstore.core.loop;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A thread that owns one loop for good. It stays awake for a while after its last event, and then
 * sleeps.
 */
final class LoopThread implements Runnable, EventLoop.Bell {
  private static final int BUDGET = 256;

  /** How long to look for more before sleeping: long against a hop, short against a person. */
  private static final long AWAKE_NANOS = 200_000;

  private final EventLoop loop;
  private final Thread thread;
  private final Answers answers;
  private final Listeners listeners;
  private volatile boolean parked;
  private volatile boolean closing;
  private boolean isGivenUp; // before its driver is closed; set before closing is
  private volatile boolean ended; // it was given up, and the loop has no owner for good
  private Consumer<EventLoop> last = loop -> {};

  LoopThread(String name, LongSupplier clock, Answers answers, Listeners listeners) {
    this.answers = answers;
    this.listeners = listeners;
    loop = new EventLoop(clock, this);
    thread = Threads.daemon(name, this);
  }

  EventLoop loop() {
    return loop;
  }

  void start() {
    thread.start();
  }

  /** Ends it before its driver is closed. */
  void giveUp() {
    isGivenUp = true;
    close(loopAtItsEnd -> {});
  }

  @Override
  public void ring(EventLoop rung) {
    if (ended) {
      serve();
    } else if (parked) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void run() {
    loop.tryAcquire();
    long lastWork = System.nanoTime();
    while (!closing) {
      try {
        if (turn()) {
          lastWork = System.nanoTime();
        } else if (System.nanoTime() - lastWork < AWAKE_NANOS) {
          WaitStrategy.letOthersRun();
        } else {
          sleep();
        }
      } catch (Throwable thrown) { // as when memory ends: others wait for what happens here
        WaitStrategy.letTroublePass();
      }
    }
    while (turn() && loop.hasMail()) {}
    loop.run(() -> last.accept(loop));
    deliver();
    loop.forgetActors();
    loop.release();
    if (isGivenUp) {
      ended = true;
      // A thread that adds mail reads the field above afterwards: one of the two sees the other.
      serve();
    }
  }

  /** Runs what comes after the end, on the thread that has brought it. */
  private void serve() {
    while (loop.hasMail() && loop.tryAcquire()) {
      try {
        turn();
      } finally {
        loop.release();
      }
    }
  }

  private boolean turn() {
    boolean worked = loop.turn(BUDGET, Long.MAX_VALUE);
    deliver();
    return worked;
  }

  private void deliver() {
    if (answers.takeFrom(loop) || answers.areStuck()) {
      answers.deliver();
    }
    if (listeners.areStuck()) {
      listeners.tellDelayed();
    }
  }

  private void sleep() {
    parked = true;
    // A thread that adds mail reads the field above afterwards: one of the two sees the other.
    if (!loop.hasMail() && !closing) {
      long deadline = loop.nextDeadline();
      long left = deadline == Long.MAX_VALUE ? deadline : Math.max(1, deadline - loop.now());
      boolean comesBackSoon = loop.hasFailure() || answers.areStuck() || listeners.areStuck();
      LockSupport.parkNanos(loop, comesBackSoon ? Math.min(left, WaitStrategy.RETRY_NANOS) : left);
    }
    parked = false;
  }

  /** Runs what other threads of a driver have sent before they ended; nothing runs after that. */
  void takeLate() {
    if (loop.tryAcquire()) {
      while (loop.hasMail() && turn()) {}
    }
  }

  void close(Consumer<EventLoop> atTheEnd) {
    last = atTheEnd;
    closing = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
  }
}
