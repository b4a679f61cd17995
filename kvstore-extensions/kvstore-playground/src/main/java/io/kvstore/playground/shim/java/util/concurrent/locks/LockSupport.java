package io.kvstore.playground.shim.java.util.concurrent.locks;

/** Simulated stores park no thread: a call that does has left the simulation. */
@SuppressWarnings("DoNotCallSuggester") // the code that calls them is that of the library
public final class LockSupport {
  private LockSupport() {}

  /** Wakes a thread: none is parked. */
  public static void unpark(Thread thread) {}

  /** Not here. */
  public static void parkNanos(Object blocker, long nanos) {
    throw new UnsupportedOperationException("there is one thread only: none can be parked");
  }

  /** Not here. */
  public static void parkNanos(long nanos) {
    parkNanos(LockSupport.class, nanos);
  }

  /** Not here. */
  public static void park(Object blocker) {
    parkNanos(blocker, Long.MAX_VALUE);
  }
}
