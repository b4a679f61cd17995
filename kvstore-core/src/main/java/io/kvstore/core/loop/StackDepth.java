package io.kvstore.core.loop;

import java.lang.StackWalker.StackFrame;
import java.util.stream.Stream;

/**
 * Tells whether the stack of the calling thread is deep already, so that nothing should be done
 * there that must not be ended half way by its end.
 *
 * <p>To count frames takes a microsecond or two: so a thread counts them once in a while, and takes
 * it that nothing has changed since. A recursion with an operation in each of its steps is noticed
 * long before it comes to an end.
 */
final class StackDepth {
  private static final int DEEP = 512; // frames: of a small stack of 256 KB, about the half
  private static final int SHALLOW = 128;
  private static final int CALLS_BETWEEN = 32;
  private static final int CALLS_BETWEEN_WHEN_SHALLOW = 256;
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final ThreadLocal<StackDepth> OF_THREAD = ThreadLocal.withInitial(StackDepth::new);

  private int callsLeft;
  private boolean isDeep;

  private StackDepth() {}

  /** Whether the calling thread's stack is deep. */
  static boolean isDeep() {
    return OF_THREAD.get().look();
  }

  private boolean look() {
    if (--callsLeft <= 0) {
      int depth = WALKER.walk(StackDepth::count);
      isDeep = depth >= DEEP;
      callsLeft = depth < SHALLOW ? CALLS_BETWEEN_WHEN_SHALLOW : CALLS_BETWEEN;
    }
    return isDeep;
  }

  private static int count(Stream<StackFrame> frames) {
    return (int) frames.limit(DEEP).count();
  }
}
