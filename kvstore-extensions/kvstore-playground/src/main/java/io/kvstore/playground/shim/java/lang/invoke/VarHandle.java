package io.kvstore.playground.shim.java.lang.invoke;

/**
 * Fences order what other threads see, and there are none; access to variables is compiled into
 * plain access where it stands.
 */
public abstract class VarHandle {
  private VarHandle() {}

  /** Nothing to do. */
  public static void fullFence() {}

  /** Nothing to do. */
  public static void acquireFence() {}

  /** Nothing to do. */
  public static void releaseFence() {}

  /** Nothing to do. */
  public static void loadLoadFence() {}

  /** Nothing to do. */
  public static void storeStoreFence() {}
}
