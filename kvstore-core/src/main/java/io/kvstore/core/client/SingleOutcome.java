package io.kvstore.core.client;

import static java.util.Objects.requireNonNull;

import io.kvstore.IndeterminateException;
import io.kvstore.KVStoreException;
import io.kvstore.UnavailableException;
import io.kvstore.core.node.ClientRequest;
import io.kvstore.core.trace.OperationText;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A request that ends with exactly one outcome, and an honest one, however many threads try to end
 * it.
 *
 * <pre>
 *   WAITING ── begin ──▶ BEGUN
 *
 *   from             on answer   on refuse   when its time is over, or its replica lost
 *   WAITING          ANSWERED    FAILED      FAILED: certainly not applied
 *   BEGUN, a query   ANSWERED    FAILED      FAILED
 *   BEGUN, a command ANSWERED    FAILED      UNKNOWN
 * </pre>
 */
abstract class SingleOutcome extends ClientRequest {
  private static final int WAITING = 0;
  private static final int BEGUN = 1;
  private static final int ANSWERED = 2;
  private static final int FAILED = 3;
  private static final int UNKNOWN = 4;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(SingleOutcome.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private volatile int state; // not set to WAITING, which it is: a volatile write is a fence
  private @Nullable Answer answer; // set before the state is
  private String why = "";
  private String waitsFor = "its replica"; // a thread that gives up may see an earlier one

  /**
   * It begins to take effect now. Tells whether that is so: it may have begun, or ended, before.
   */
  final boolean tryBegin() {
    return STATE.compareAndSet(this, WAITING, BEGUN);
  }

  /** Whether it cannot have taken effect yet. */
  final boolean isWaiting() {
    return state == WAITING;
  }

  /** Whether it has begun to take effect, and not ended. */
  final boolean hasBegun() {
    return state == BEGUN;
  }

  @Override
  public final boolean isDone() {
    return state >= ANSWERED;
  }

  final boolean isAnswered() {
    return state == ANSWERED;
  }

  @Override
  public final void waitFor(String what) {
    waitsFor = what;
  }

  /** What it is waiting for, in words. */
  final String waitsFor() {
    return "it was waiting for " + waitsFor;
  }

  // Ends: each tells whether it was the one

  final boolean endWith(Answer result) {
    if (isDone()) {
      return false;
    }
    answer = result;
    return end(ANSWERED);
  }

  /**
   * It is refused, and has had no effect.
   *
   * @param mayHaveBegunElsewhere so that this is only half of the truth
   */
  final boolean endRefused(String reason, boolean mayHaveBegunElsewhere) {
    if (isDone()) {
      return false;
    }
    why = reason;
    return end(mayHaveBegunElsewhere ? UNKNOWN : FAILED);
  }

  private boolean end(int outcome) {
    while (true) {
      int now = state;
      if (now != WAITING && now != BEGUN) {
        return false;
      }
      if (STATE.compareAndSet(this, now, outcome)) {
        return true;
      }
    }
  }

  /** There will be no answer: a command that has begun may take effect all the same. */
  final boolean endUnanswered(String reason) {
    if (isDone()) {
      return false;
    }
    why = reason;
    boolean mayTakeEffect = operation() instanceof Command;
    while (!isDone()) {
      int now = state;
      int outcome = now == BEGUN && mayTakeEffect ? UNKNOWN : FAILED;
      if ((now == WAITING || now == BEGUN) && STATE.compareAndSet(this, now, outcome)) {
        return true;
      }
    }
    return false;
  }

  // The outcome

  /** The answer; null when it has not ended with one. */
  final @Nullable Answer answerOrNull() {
    return isAnswered() ? answer : null;
  }

  /** Why it has not ended with an answer. */
  final String why() {
    return why;
  }

  /** The answer of a call that is done, or what became of it instead. */
  final Answer outcome(@Nullable Throwable cause) {
    if (!isAnswered()) {
      throw failure(cause);
    }
    return requireNonNull(answer);
  }

  /** What became of it instead of an answer. */
  final KVStoreException failure(@Nullable Throwable cause) {
    String what = OperationText.of(operation()) + " failed: " + why;
    return state == UNKNOWN
        ? new IndeterminateException(
            what + "; it may or may not have been applied, or may be yet: read to find out", cause)
        : new UnavailableException(what + "; it was not applied, and can be tried again", cause);
  }
}
