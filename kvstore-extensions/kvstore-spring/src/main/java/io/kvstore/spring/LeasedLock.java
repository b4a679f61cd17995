package io.kvstore.spring;

import io.kvstore.recipes.Hold;
import java.util.concurrent.locks.Lock;

/**
 * A lock of the {@code LockRegistry}, which has one holder among all processes that use the store,
 * for a lease that is renewed in the background.
 *
 * <p>A holder whose process stood still, or could not reach the store, for too long has lost it. It
 * is told so: by {@link #hold}, by {@link #lock} when it enters once more, and by {@link #unlock},
 * which throws a {@link java.util.ConcurrentModificationException} then.
 *
 * <pre>{@code
 * LeasedLock lock = (LeasedLock) registry.obtain("ledger");
 * lock.lock();
 * try {
 *   ledger.write(lock.hold().token(), entry);   // refuses tokens less than one that it has seen
 * } finally {
 *   lock.unlock();
 * }
 * }</pre>
 */
public interface LeasedLock extends Lock {
  /**
   * What the calling thread holds, with the fencing token and what is left of the lease. It must
   * not be closed.
   *
   * @throws IllegalMonitorStateException when the thread does not hold the lock
   */
  Hold hold();
}
