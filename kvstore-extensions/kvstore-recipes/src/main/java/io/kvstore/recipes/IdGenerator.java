package io.kvstore.recipes;

import io.kvstore.IndeterminateException;

/**
 * Hands out numbers from 1 on, each once among all processes that use the store. It takes a block
 * of them at a time, so most calls ask no store.
 *
 * <p>The numbers of one process grow; between processes they do not come in order, and some are
 * never handed out: those left of a block when its process ends, and those of a block of which it
 * was not known whether it was taken.
 */
public final class IdGenerator {
  private static final int MOST_UNKNOWN = 3;

  private final Context context;
  private final String key;
  private final int block;
  private long next = 1;
  private long last;

  IdGenerator(Context context, String key, int block) {
    if (block < 1) {
      throw new IllegalArgumentException("a block has at least 1 number, not " + block);
    }
    this.context = context;
    this.key = key;
    this.block = block;
  }

  /** The next number. */
  public synchronized long next() {
    context.requireOpen();
    if (next > last) {
      last = take();
      next = last - block + 1;
    }
    return next++;
  }

  private long take() {
    for (int unknown = 1; ; unknown++) {
      try {
        return context.store().add(key, block);
      } catch (IndeterminateException perhaps) {
        if (unknown == MOST_UNKNOWN) {
          throw perhaps; // blocks that were taken all the same are never handed out
        }
      }
    }
  }
}
