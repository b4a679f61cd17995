package io.kvstore.recipes;

import io.kvstore.AsyncKVStore;
import io.kvstore.IndeterminateException;
import io.kvstore.OverloadedException;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entry that has the claims on one key, changed by compare-and-set as often as it takes.
 *
 * <pre>
 *   read ──▶ decide ──▶ write, if it is still that version ──▶ done
 *     ▲         ▲                    │         │
 *     │         └── another was there┘         │
 *     └──────────── refused, or unknown ───────┘
 * </pre>
 *
 * <p>A write of unknown outcome needs nothing of its own: what is read next shows it or not; and if
 * it is still to come, it and the next write are conditional on the same version, of which one
 * fails.
 */
final class ClaimsEntry {
  private static final long PAUSE_NANOS = 50_000_000; // before what was refused is asked again

  private final AsyncKVStore<String, String> store;
  private final Clockwork clockwork;
  private final String key;

  ClaimsEntry(AsyncKVStore<String, String> store, Clockwork clockwork, String key) {
    this.store = store;
    this.clockwork = clockwork;
    this.key = key;
  }

  /** What is wanted of an entry. It is asked again whenever the entry is another than it knew. */
  interface Wish {
    /**
     * What to write in the place of what is there.
     *
     * @param isLatest whether this change has just written these claims, so that they tell the time
     */
    Optional<Claims> next(Claims now, boolean isLatest);

    /** Whether to write once more after this, since the first write was to tell the time. */
    boolean goesOn(Claims written);

    /** Whether to try again after so many failures in a row. */
    boolean outlasts(RuntimeException failure, int failures);
  }

  /**
   * How a change has ended.
   *
   * @param now the claims that are there
   * @param askedAtNanos when the write was asked for that made them, by the clock of this process;
   *     it counts only if there was one
   * @param isWritten whether there was one; or else nothing was to be written
   */
  record Changed(Claims now, long askedAtNanos, boolean isWritten) {}

  /**
   * Changes the entry as it is wished.
   *
   * @param known what the entry was when it was last seen; null to read it first
   * @return what it is then, or why it was given up
   */
  CompletableFuture<Changed> change(@Nullable Claims known, Wish wish) {
    Change change = new Change(wish);
    if (known == null) {
      change.read();
    } else {
      change.decide(known, false);
    }
    return change.end;
  }

  private final class Change {
    private final Wish wish;
    private final CompletableFuture<Changed> end = new CompletableFuture<>();
    private int failures;

    Change(Wish wish) {
      this.wish = wish;
    }

    void read() {
      attempt(
          () ->
              whenAnswered(
                  store.getVersioned(key),
                  (Optional<Versioned<String>> found) -> decide(Claims.ofEntry(found), false)));
    }

    void decide(Claims now, boolean isLatest) {
      attempt(
          () -> {
            Optional<Claims> next = wish.next(now, isLatest);
            if (next.isEmpty()) {
              end.complete(new Changed(now, 0, false));
            } else {
              write(next.get().write(key));
            }
          });
    }

    private void write(Update<String, String> update) {
      long askedAt = clockwork.nanoTime();
      whenAnswered(store.update(update), written -> onWritten(written, askedAt));
    }

    private void onWritten(Written<String> written, long askedAt) {
      failures = 0;
      if (!written.applied()) {
        decide(Claims.ofEntry(written.before()), false);
        return;
      }
      Claims now = Claims.ofEntry(written.after());
      if (wish.goesOn(now)) {
        decide(now, true);
      } else {
        end.complete(new Changed(now, askedAt, true));
      }
    }

    private <T> void whenAnswered(CompletableFuture<T> answer, Consumer<T> then) {
      CompletableFuture<T> unused =
          answer.whenCompleteAsync(
              (value, thrown) -> {
                if (thrown == null) {
                  attempt(() -> then.accept(value));
                } else {
                  onFailure(thrown);
                }
              },
              clockwork);
    }

    /** Takes a step; what it throws ends the change. */
    private void attempt(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException thrown) {
        onFailure(thrown);
      }
    }

    private void onFailure(Throwable thrown) {
      Throwable cause =
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown;
      if (isPassing(cause) && wish.outlasts((RuntimeException) cause, ++failures)) {
        Runnable unused = clockwork.schedule(PAUSE_NANOS, this::read);
      } else {
        end.completeExceptionally(cause);
      }
    }

    private static boolean isPassing(Throwable cause) {
      return cause instanceof UnavailableException
          || cause instanceof OverloadedException
          || cause instanceof IndeterminateException;
    }
  }
}
