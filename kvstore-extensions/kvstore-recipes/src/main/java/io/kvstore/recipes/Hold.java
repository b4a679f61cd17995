package io.kvstore.recipes;

import java.time.Duration;

/**
 * Permits that are held: a lock, some of a semaphore, a leadership.
 *
 * <p>They are held for a lease, which is renewed in the background until this is closed. A holder
 * that cannot renew it in time, since its process stood still or the store could not be reached,
 * has lost them, and cannot get them back: it takes a new hold.
 *
 * <pre>{@code
 * try (Hold hold = lock.acquire()) {
 *   ledger.write(hold.token(), entry);   // refuses tokens that are less than one that it has seen
 * }
 * }</pre>
 *
 * <p>Whether a lease is over is a matter of clocks, and between a look at it and what is done then
 * a process may stand still. So what must not be done by two is done with the {@link #token}: a
 * resource that refuses tokens less than the greatest that it has seen is safe, whatever clocks do.
 */
public interface Hold extends AutoCloseable {
  /**
   * A number that is greater than that of every hold of the same key before, also of those whose
   * lease was over.
   *
   * @throws LeaseOverException when the permits may be lost
   */
  long token();

  /**
   * Whether they are held for certain, by the monotonic clock of this process. The lease counts
   * from the moment at which it was asked for, and a fiftieth of it is given up for clocks that run
   * at different speeds. Once this is false it stays so.
   */
  boolean isHeld();

  /**
   * Does nothing, or throws: to be called before something that only a holder may do.
   *
   * @throws LeaseOverException when the permits may be lost
   */
  default void ensureHeld() {
    if (!isHeld()) {
      throw new LeaseOverException(
          "the lease is over, or the hold was closed: others may hold the permits by now");
    }
  }

  /** How long they are held for certain, unless the lease is renewed meanwhile; zero if not. */
  Duration remaining();

  /**
   * Tells a listener once the permits are lost, which is not when they are given back. It is called
   * by a thread of its own, and may take its time.
   */
  void onLost(Runnable listener);

  /**
   * Gives the permits back, and returns when the store has taken note, or after two seconds. While
   * it cannot be reached it is asked again, until the lease is over. A second call does nothing.
   */
  @Override
  void close();
}
