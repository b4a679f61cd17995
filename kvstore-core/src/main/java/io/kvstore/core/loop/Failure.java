package io.kvstore.core.loop;

import static com.google.common.base.Throwables.throwIfUnchecked;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event of a loop has thrown, until its actor has failed for it.
 *
 * <p>The stack or the memory may have ended: so a handler of exceptions sets the fields below and
 * calls nothing. If not even the actor can be told then, the next thread that owns the loop tells
 * it, before anything else happens there.
 */
final class Failure {
  private static final Logger log = LoggerFactory.getLogger(Failure.class);

  @Nullable Actor actor; // null when it is not known, or the event can leave nothing half done
  @Nullable Object event;
  @Nullable Throwable cause;

  /** Whether an actor has yet to fail. */
  boolean isOpen() {
    return cause != null;
  }

  /**
   * Lets the actor fail, but not where a stack has come to its end: the next owner sees to that.
   * Little is left of such a stack: who calls much there, and the JDK takes a lock, may never give
   * it back.
   */
  void settleAtOnce() {
    if (isOpen() && !isOfStack()) {
      settle();
    }
  }

  /** Whether a stack has come to its end. */
  boolean isOfStack() {
    return cause instanceof StackOverflowError;
  }

  /** Throws what the actor has yet to fail for, if there is anything. */
  void throwIfOpen() {
    Throwable thrown = cause;
    if (thrown != null) {
      throwIfUnchecked(thrown);
      throw new IllegalStateException(thrown);
    }
  }

  /** Lets the actor fail. Tells whether it has. */
  boolean settle() {
    try {
      Throwable thrown = cause;
      if (thrown != null) {
        tell(thrown);
      }
      actor = null;
      event = null;
      cause = null;
      return true;
    } catch (Throwable again) { // A later owner of the loop has more stack, or memory.
      return false;
    }
  }

  private void tell(Throwable thrown) {
    Actor failed = actor;
    if (failed == null && event instanceof Event unasked) {
      failed = unasked.actor(); // The question itself may be what was thrown at.
    }
    if (failed == null) {
      log.error("an event has failed, and its loop goes on", thrown);
    } else {
      failed.fail(thrown);
    }
    if (event instanceof ClientTask clientTask) {
      clientTask.onLost(thrown);
    }
  }
}
