package io.kvstore.recipes;

import java.time.Duration;
import java.util.Optional;

/**
 * A lock that has one holder at a time among all processes that use the store, with a lease and a
 * fencing token (Burrows, OSDI 2006, calls it a sequencer). Of a {@link FencedReadWriteLock} the
 * lock for reading has many holders.
 *
 * <p>Those that wait hold it in the order in which they came, as long as they renew their leases.
 * {@link #tryAcquire()} overtakes none of them. A holder that is lost keeps it for the rest of its
 * lease.
 *
 * <p>Each method throws an {@link IllegalStateException} when the recipes or their store are
 * closed.
 */
public interface FencedLock {
  /**
   * Waits for the lock, as long as it takes, also while the store cannot be reached.
   *
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  Hold acquire() throws InterruptedException;

  /**
   * Takes the lock if it is free. A store that does not answer in its timeout is asked three times.
   *
   * @return the hold; nothing when another has the lock
   * @throws io.kvstore.UnavailableException when the store cannot be reached: the lock was not
   *     taken
   * @throws io.kvstore.IndeterminateException when it is not known whether it was taken: it is
   *     given back as soon as the store can be reached, and ends with its lease in any case
   */
  Optional<Hold> tryAcquire();

  /**
   * Waits for the lock, for this time at the most.
   *
   * @return the hold; nothing when the time is over
   * @throws InterruptedException when the thread is interrupted while it waits
   * @throws io.kvstore.KVStoreException as {@link #tryAcquire()}, when the store could not be
   *     reached in the end
   */
  Optional<Hold> tryAcquire(Duration atMost) throws InterruptedException;
}
