package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A thread that makes a call which may take its time, and what became of both. */
final class Caller {
  private static final long PATIENCE_MILLIS = 10_000;

  private final AtomicReference<Throwable> thrown = new AtomicReference<>();
  private final AtomicBoolean interruptedAtTheEnd = new AtomicBoolean();
  private final Thread thread;

  private Caller(Runnable call) {
    thread =
        new Thread(
            () -> {
              try {
                call.run();
              } catch (RuntimeException | Error failure) {
                thrown.set(failure);
              }
              interruptedAtTheEnd.set(Thread.currentThread().isInterrupted());
            },
            "caller");
  }

  static Caller of(Runnable call) {
    Caller caller = new Caller(call);
    caller.thread.start();
    return caller;
  }

  /** Waits until the thread sleeps in its call. */
  Caller whenBlocked() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).as("the call waits").isTrue();
      assertThat(System.nanoTime()).as("the call waits in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
    return this;
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Waits for the thread's end, and returns what its call threw. */
  Throwable end() throws InterruptedException {
    thread.join(PATIENCE_MILLIS);
    assertThat(thread.isAlive()).as("the call has ended").isFalse();
    return thrown.get();
  }

  boolean wasInterruptedAtTheEnd() {
    return interruptedAtTheEnd.get();
  }
}
