package io.kvstore.core.loop;

import io.kvstore.core.loop.Driver.Wait;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How a thread waits for something that mostly comes within a microsecond or two: it looks a few
 * times, lets others run a few times, and then sleeps.
 *
 * <p>A parked thread takes some fifty microseconds to come back, a yielding one about one.
 */
final class WaitStrategy {
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 32 : 0;
  private static final int YIELDS = 64;

  /** How long to wait before something is tried again that the machine did not allow. */
  static final long RETRY_NANOS = 5_000_000;

  /**
   * How long to sleep before another look. The thread that ends the task, or leaves a loop, wakes
   * the sleeper; but that call may throw, as when a stack ends there.
   */
  static final long LOOK_AGAIN_NANOS = 100_000_000;

  /** Of the life of a driver. */
  enum Phase {
    /** Everything that comes is done. */
    OPEN,
    /** The loops do what has come, and end one after the other. */
    CLOSING,
    /** Nothing happens any more. */
    CLOSED
  }

  private WaitStrategy() {}

  /**
   * Waits for the end of a task.
   *
   * @param help does something that may bring the end nearer; tells whether there was anything to
   *     do
   * @param phase of the driver: tasks still end while it is closing, but one that came too late is
   *     never woken, so callers do not sleep then
   */
  static Wait await(
      ClientTask clientTask, BooleanSupplier help, Supplier<Phase> phase, long timeoutNanos) {
    long start = System.nanoTime();
    while (true) {
      boolean helped =
          staysAwakeUntil(
              () ->
                  clientTask.isDone()
                      || System.nanoTime() - start >= timeoutNanos
                      || help.getAsBoolean());
      Phase seen = phase.get(); // first: what ends before the driver has is done by then
      if (clientTask.isDone()) {
        return Wait.DONE;
      }
      if (seen == Phase.CLOSED) {
        return Wait.CLOSED;
      }
      if (Thread.currentThread().isInterrupted()) {
        return Wait.INTERRUPTED;
      }
      long left = timeoutNanos - (System.nanoTime() - start);
      if (left <= 0) {
        return Wait.TIMED_OUT;
      }
      if (!helped && seen == Phase.OPEN) {
        clientTask.park(Math.min(left, LOOK_AGAIN_NANOS));
      }
    }
  }

  /** Looks a few times whether the condition has come true, once at least. */
  static boolean spinsUntil(BooleanSupplier condition) {
    for (int i = 0; i < SPINS; i++) {
      if (condition.getAsBoolean()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return condition.getAsBoolean();
  }

  /** Looks for a while whether the condition has come true. */
  private static boolean staysAwakeUntil(BooleanSupplier condition) {
    if (spinsUntil(condition)) {
      return true;
    }
    for (int i = 0; i < YIELDS; i++) {
      if (condition.getAsBoolean()) {
        return true;
      }
      letOthersRun();
    }
    return condition.getAsBoolean();
  }

  /**
   * Gives the core to another thread that wants it. On a machine with few cores that may be the one
   * that is waited for.
   */
  @SuppressWarnings("ThreadPriorityCheck") // only speed depends on it
  static void letOthersRun() {
    Thread.yield();
  }

  /** Waits a little, because the machine lacks something. */
  static void letTroublePass() {
    LockSupport.parkNanos(RETRY_NANOS);
  }
}
