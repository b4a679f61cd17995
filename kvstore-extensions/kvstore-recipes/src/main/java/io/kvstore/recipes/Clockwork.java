package io.kvstore.recipes;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

/**
 * Time, and the one thread on which the claims of a {@link Recipes} decide, one task at a time.
 * Tests have one in virtual time.
 */
interface Clockwork extends Executor, AutoCloseable {
  /** A monotonic clock. */
  long nanoTime();

  /** Runs a task soon, after those that came before; drops it once this is closed. */
  @Override
  void execute(Runnable task);

  /** Runs a task later, unless what is returned is called before. */
  Runnable schedule(long delayNanos, Runnable task);

  /** Calls code of the user soon, where it may take its time. */
  void tell(Runnable task);

  /**
   * Waits for an answer, on a thread of the user's.
   *
   * @throws TimeoutException when it has not come in time
   */
  void await(CompletableFuture<?> answer, long atMostNanos)
      throws InterruptedException, TimeoutException;

  /** Drops what has not begun, and ends its threads. */
  @Override
  void close();
}
