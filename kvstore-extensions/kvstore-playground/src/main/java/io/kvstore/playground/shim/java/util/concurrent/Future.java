package io.kvstore.playground.shim.java.util.concurrent;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What will have a value. */
public interface Future<V> {
  /** Ends it without a value. */
  boolean cancel(boolean mayInterrupt);

  /** Whether it was ended so. */
  boolean isCancelled();

  /** Whether it has ended. */
  boolean isDone();

  /** The value. */
  V get() throws InterruptedException, ExecutionException;

  /** The value, if it is there within the time. */
  V get(long time, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException;
}
