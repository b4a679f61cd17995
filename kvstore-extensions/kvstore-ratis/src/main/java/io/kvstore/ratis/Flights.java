package io.kvstore.ratis;

import io.kvstore.OverloadedException;
import java.util.concurrent.Semaphore;

/** Bounds how many operations of a process are in flight. */
final class Flights {
  private final int limit;
  private final Semaphore left;

  Flights(int limit) {
    this.limit = limit;
    this.left = new Semaphore(limit);
  }

  /**
   * One more begins.
   *
   * @throws OverloadedException when there are too many
   */
  void take() {
    if (!left.tryAcquire()) {
      throw new OverloadedException(
          limit
              + " operations are in flight already: wait for some answers, or raise"
              + " Limits.operationsInFlight");
    }
  }

  /** One has ended. */
  void giveBack() {
    left.release();
  }
}
