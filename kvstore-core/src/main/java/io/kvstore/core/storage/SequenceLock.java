package io.kvstore.core.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tells threads that look at what another one changes whether it stood still meanwhile. Its one
 * owner never waits for them (the sequence locks of Linux; Lameter 2005).
 */
final class SequenceLock {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(SequenceLock.class, "count", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private long count; // odd while something changes
  private int depth; // of changes within changes

  // For the owner

  void beginChange() {
    if (depth++ == 0) {
      COUNT.setOpaque(this, count + 1);
      VarHandle.storeStoreFence();
    }
  }

  void endChange() {
    if (--depth == 0) {
      COUNT.setRelease(this, count + 1);
    }
  }

  // For any thread

  /** A stamp to begin a look with. */
  long stamp() {
    return (long) COUNT.getAcquire(this);
  }

  /** Whether what was seen since a stamp was taken stood still all the time. */
  boolean stoodStillSince(long stamp) {
    VarHandle.loadLoadFence();
    return (stamp & 1) == 0 && stamp == (long) COUNT.getOpaque(this);
  }
}
