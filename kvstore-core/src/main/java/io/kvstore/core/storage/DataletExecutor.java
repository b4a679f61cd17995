package io.kvstore.core.storage;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;

/** Where a datalet does its work, one piece after the other. */
interface DataletExecutor {
  /** Puts a piece of work of a datalet on it. */
  void execute(Actor datalet, Runnable work);

  /** Whether more is waiting behind the piece that is being done. */
  boolean hasMore();

  /** Nothing that is waiting is done any more, if the executor can stop that. */
  default void abandon() {}

  /** A loop with a thread of its own. */
  static DataletExecutor on(EventLoop loop) {
    return new DataletExecutor() {
      @Override
      public void execute(Actor datalet, Runnable work) {
        loop.execute(datalet, work);
      }

      @Override
      public boolean hasMore() {
        return loop.hasMail();
      }
    };
  }
}
