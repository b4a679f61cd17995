package io.kvstore.core.throwing;

import java.lang.StackWalker.StackFrame;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Something of the user's is called; what this throws, that throws. */
    default void guest(String kind) {}

    /** What was thrown; null if nothing was. */
    @Nullable Throwable thrown();
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

  /** Something of the user's is called. */
  public static void guest(String kind) {
    Fuse armed = fuse;
    if (armed != null) {
      armed.guest(kind);
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
    public @Nullable Throwable thrown() {
      return thrown;
    }

    long calls() {
      return calls.get();
    }
  }

  /** Throws once, in the so-and-so-manieth call of what is the user's. */
  static final class OnceByGuests implements Fuse {
    private final long callsBefore;
    private final boolean isError;
    private final AtomicLong calls = new AtomicLong();
    private final Map<String, Long> kinds = new ConcurrentSkipListMap<>();
    private volatile @Nullable Throwable thrown;

    OnceByGuests(long callsBefore, boolean isError) {
      this.callsBefore = callsBefore;
      this.isError = isError;
    }

    @Override
    public void enter() {}

    @Override
    public void exit() {}

    @Override
    public void guest(String kind) {
      kinds.merge(kind, 1L, Long::sum);
      if (calls.getAndIncrement() == callsBefore) {
        String what = "planted in a " + kind + ", at call " + callsBefore;
        if (isError) {
          Error planted = new OutOfMemoryError(what);
          thrown = planted;
          throw planted;
        }
        RuntimeException planted = new IllegalStateException(what);
        thrown = planted;
        throw planted;
      }
    }

    @Override
    public @Nullable Throwable thrown() {
      return thrown;
    }

    /** How often each kind was called. */
    Map<String, Long> kinds() {
      return kinds;
    }

    long calls() {
      return calls.get();
    }
  }

  /** Throws the first time that a certain method is called, in whatever thread. */
  static final class FirstOf implements Fuse {
    private static final StackWalker WALKER = StackWalker.getInstance();

    private final String type;
    private final String method;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile @Nullable Throwable thrown;

    FirstOf(String type, String method) {
      this.type = "." + type;
      this.method = method;
    }

    @Override
    public void enter() {
      if (!isOver.get()
          && WALKER.walk(frames -> frames.skip(2).findFirst().filter(this::isMeant)).isPresent()
          && isOver.compareAndSet(false, true)) {
        Error planted = new OutOfMemoryError("planted in " + type + "." + method);
        thrown = planted;
        throw planted;
      }
    }

    private boolean isMeant(StackFrame frame) {
      return frame.getMethodName().equals(method) && frame.getClassName().endsWith(type);
    }

    @Override
    public void exit() {}

    @Override
    public @Nullable Throwable thrown() {
      return thrown;
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
    public @Nullable Throwable thrown() {
      return thrown;
    }

    int deepest() {
      return deepest;
    }
  }
}
