package io.kvstore.core.loop;

import java.util.List;
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
  private volatile boolean parked;
  private volatile boolean closing;
  private boolean isGivenUp; // before its driver is closed; set before closing is
  private volatile boolean ended; // it was given up, and nobody owns the loop for good
  private Consumer<EventLoop> last = loop -> {};

  LoopThread(String name, LongSupplier clock, Answers answers) {
    this.answers = answers;
    loop = new EventLoop(clock, this);
    thread = Threads.daemon(name, this);
  }

  EventLoop loop() {
    return loop;
  }

  void start() {
    thread.start();
  }

  /** Ends one of these threads, if one of them owns the loop. */
  static void end(EventLoop loop, List<LoopThread> threads) {
    threads.stream()
        .filter(each -> each.loop == loop)
        .findFirst()
        .filter(threads::remove)
        .ifPresent(LoopThread::giveUp);
  }

  private void giveUp() {
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
      if (loop.turn(BUDGET)) {
        answers.deliver(loop.takeFinished());
        lastWork = System.nanoTime();
      } else if (System.nanoTime() - lastWork < AWAKE_NANOS) {
        Patience.letOthersRun();
      } else {
        sleep();
      }
    }
    while (loop.turn(BUDGET) && loop.hasMail()) {}
    loop.run(() -> last.accept(loop));
    loop.forgetActors();
    answers.deliver(loop.takeFinished());
    if (isGivenUp) {
      loop.release();
      ended = true;
      // Whoever adds mail reads the field above afterwards: one of the two sees the other.
      serve();
    }
  }

  /** Runs what comes after the end, on the thread that has brought it. */
  private void serve() {
    while (loop.hasMail() && loop.tryAcquire()) {
      Errand finished;
      try {
        loop.turn(BUDGET);
      } finally {
        finished = loop.takeFinished();
        loop.release();
      }
      answers.deliver(finished);
    }
  }

  private void sleep() {
    parked = true;
    // Whoever adds mail reads the field above afterwards: one of the two sees the other.
    if (!loop.hasMail() && !closing) {
      long deadline = loop.nextDeadline();
      LockSupport.parkNanos(
          loop, deadline == Long.MAX_VALUE ? deadline : Math.max(1, deadline - loop.now()));
    }
    parked = false;
  }

  void close(Consumer<EventLoop> atTheEnd) {
    last = atTheEnd;
    closing = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
  }
}
