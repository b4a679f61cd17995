package io.kvstore.core.loop;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something that a client has done on a loop: it is run there, ends there, and is waited for
 * elsewhere.
 */
public abstract class ClientTask extends Event {
  private volatile @Nullable Thread parked;
  @Nullable ClientTask nextFinished; // of those that are to be delivered together

  /** Whether it has ended. */
  public abstract boolean isDone();

  /**
   * Tells those who depend on it. Called after its end, by a thread that owns no loop; perhaps more
   * than once.
   */
  public abstract void deliver();

  /** Something was thrown when it was to run: it ends, unless it has, or goes on elsewhere. */
  protected void onLost(Throwable thrown) {}

  /** To be called right after {@link #isDone} has become true. */
  protected final void wakeWaiter() {
    Thread waiter = parked;
    if (waiter != null) {
      LockSupport.unpark(waiter);
    }
  }

  /** Sleeps until the end, an interrupt, or for so long; perhaps shorter. */
  final void park(long nanos) {
    parked = Thread.currentThread();
    // The thread that ends the task reads the field above after setting what isDone() reads: one of
    // the
    // two sees the other.
    if (!isDone()) {
      LockSupport.parkNanos(this, nanos);
    }
    parked = null;
  }
}
