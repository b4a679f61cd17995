package io.kvstore.core.storage;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import java.util.concurrent.atomic.AtomicInteger;

/** Where a datalet does its work, one piece after the other. */
interface DataletExecutor {
  /** Puts a piece of work of a datalet on it. */
  void execute(Actor datalet, Runnable work);

  /** Whether more work of the same storage is waiting behind the piece that is being done. */
  boolean hasMore();

  /** Nothing that is waiting is done any more, if the executor can stop that. */
  default void abandon() {}

  /**
   * A loop with a thread of its own. What watches, or the replica before, have yet to do there is
   * no more work of this storage: nothing would give back what waits for that.
   */
  static DataletExecutor on(EventLoop loop) {
    AtomicInteger waiting = new AtomicInteger();
    return new DataletExecutor() {
      @Override
      public void execute(Actor datalet, Runnable work) {
        waiting.incrementAndGet();
        loop.execute(
            datalet,
            () -> {
              waiting.decrementAndGet();
              work.run();
            });
      }

      @Override
      public boolean hasMore() {
        return waiting.get() > 0;
      }
    };
  }
}
