package io.kvstore.core.throwing;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What every method of the instrumented library calls when it is entered, and when it is left: so
 * that one of them can be made to throw.
 */
public final class Bomb {
  /** What is done at each of them. */
  public interface Fuse {
    /** A method is entered; what this throws, the method throws. */
    void enter();

    /** A method that was entered is left. */
    void exit();

    /** What was thrown; null if nothing was. */
    @Nullable Error thrown();
  }

  private static volatile @Nullable Fuse fuse;

  private Bomb() {}

  /** From now on this is done. */
  public static void arm(Fuse with) {
    fuse = with;
  }

  /** From now on nothing is done. */
  public static void disarm() {
    fuse = null;
  }

  /** A method is entered. */
  public static void enter() {
    Fuse armed = fuse;
    if (armed != null) {
      armed.enter();
    }
  }

  /** A method is left. */
  public static void exit() {
    Fuse armed = fuse;
    if (armed != null) {
      armed.exit();
    }
  }

  /** Throws once, in whatever thread calls the so-and-so-manieth method: as when memory ends. */
  static final class Once implements Fuse {
    private final long callsBefore;
    private final AtomicLong calls = new AtomicLong();
    private volatile @Nullable Error thrown;

    Once(long callsBefore) {
      this.callsBefore = callsBefore;
    }

    @Override
    public void enter() {
      if (calls.getAndIncrement() == callsBefore) {
        Error planted = new OutOfMemoryError("planted at call " + callsBefore);
        thrown = planted;
        throw planted;
      }
    }

    @Override
    public void exit() {}

    @Override
    public @Nullable Error thrown() {
      return thrown;
    }

    long calls() {
      return calls.get();
    }
  }

  /** Lets no method of one thread be called below a certain depth: as when a stack ends. */
  static final class Floor implements Fuse {
    private final Thread thread = Thread.currentThread();
    private final int limit;
    private int depth;
    private int deepest;
    private @Nullable Error thrown;

    Floor(int limit) {
      this.limit = limit;
    }

    @Override
    public void enter() {
      if (Thread.currentThread() == thread) {
        if (depth >= limit) {
          Error planted = new StackOverflowError("planted at depth " + limit);
          thrown = thrown == null ? planted : thrown;
          throw planted;
        }
        depth++;
        deepest = Math.max(deepest, depth);
      }
    }

    @Override
    public void exit() {
      if (Thread.currentThread() == thread) {
        depth--;
      }
    }

    @Override
    public @Nullable Error thrown() {
      return thrown;
    }

    int deepest() {
      return deepest;
    }
  }
}
