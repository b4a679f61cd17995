package io.kvstore.ratis;

import io.kvstore.IndeterminateException;
import io.kvstore.KVStoreException;
import io.kvstore.UnavailableException;
import io.kvstore.core.engine.Room;
import io.kvstore.core.trace.OperationText;
import io.kvstore.ratis.Result.Done;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way through the log, from its call to its one outcome.
 *
 * <pre>
 *            begin                answer
 *   QUEUED ─────────▶ SENT ─────────────────▶ ENDED
 *      ▲   ◀─────────  │ certainly not appended
 *      │                ╰── given up: a command may or may not have been applied
 *      ╰── given up: it certainly was not applied
 * </pre>
 */
final class PendingOperation {
  private static final int QUEUED = 0;
  private static final int SENT = 1;
  private static final int ENDED = 2;

  private final Operation operation;
  private final CompletableFuture<Done> future = new CompletableFuture<>();
  private final AtomicInteger state = new AtomicInteger(QUEUED);
  private volatile String waitsFor = "the leader of its shard";

  PendingOperation(Operation operation) {
    this.operation = operation;
  }

  Operation operation() {
    return operation;
  }

  CompletableFuture<Done> future() {
    return future;
  }

  long bytesAdded() {
    return Room.bytesAdded(operation);
  }

  boolean isEnded() {
    return state.get() == ENDED;
  }

  /** It is going to be sent. False when it was given up. */
  boolean begin() {
    return state.compareAndSet(QUEUED, SENT);
  }

  /** It was certainly not appended, and waits again. */
  void takeBack() {
    state.compareAndSet(SENT, QUEUED);
  }

  void waitFor(String what) {
    waitsFor = what;
  }

  void answer(Done done) {
    if (state.getAndSet(ENDED) != ENDED) {
      future.complete(done);
    }
  }

  void fail(KVStoreException why) {
    if (state.getAndSet(ENDED) != ENDED) {
      future.completeExceptionally(why);
    }
  }

  /** It was performed, or may have been, and its answer is lost. */
  void lose(String why) {
    fail(operation instanceof Command ? unknown(why, null) : notApplied(why, null));
  }

  /** Its caller waits no longer. */
  void giveUp(String why, @Nullable Throwable cause) {
    int before = state.getAndSet(ENDED);
    if (before != ENDED) {
      String reason = why + ": it was waiting for " + waitsFor;
      boolean mayHaveBeenApplied = before == SENT && operation instanceof Command;
      future.completeExceptionally(
          mayHaveBeenApplied ? unknown(reason, cause) : notApplied(reason, cause));
    }
  }

  private KVStoreException unknown(String why, @Nullable Throwable cause) {
    return new IndeterminateException(
        failed(why) + "; it may or may not have been applied, or may be yet: read to find out",
        cause);
  }

  private KVStoreException notApplied(String why, @Nullable Throwable cause) {
    return new UnavailableException(
        failed(why) + "; it was not applied, and can be tried again", cause);
  }

  private String failed(String why) {
    return OperationText.of(operation) + " failed: " + why;
  }
}
