package io.kvstore.recipes;

/**
 * A pair of locks: many hold the one for reading at once, or one holds that for writing. First
 * come, first served: a reader does not overtake a writer that waits.
 *
 * <p>The token of a writer is greater than those of all readers and writers before it. None of the
 * two can be had on top of the other, nor twice by one thread.
 */
public final class FencedReadWriteLock {
  private static final int ALL = 2 * Claims.MOST;

  private final FencedLock readLock;
  private final FencedLock writeLock;

  FencedReadWriteLock(Context context, String key) {
    Permits permits = new Permits(context, key, ALL);
    readLock = new SimpleLock(permits, 1);
    writeLock = new SimpleLock(permits, ALL);
  }

  /** The lock for those that only read. */
  public FencedLock readLock() {
    return readLock;
  }

  /** The lock for one that writes. */
  public FencedLock writeLock() {
    return writeLock;
  }
}
