package io.kvstore.playground.shim.java.util.concurrent;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A future that is ended from outside, on one thread. What follows it runs in the JDK's order: the
 * last that was added first, and what follows that before the next.
 */
public class CompletableFuture<T> implements Future<T>, CompletionStage<T> {
  /** What is done once the future it was added to has ended. */
  private abstract static class Follower {
    private Follower next;

    /** Does it; the future that has ended by it and has followers of its own, or null. */
    abstract CompletableFuture<?> run();
  }

  private boolean isDone;
  private T value;
  private Throwable failure;
  private Follower followers; // the last that was added is the first

  /** One that has not ended. */
  public CompletableFuture() {}

  /** One with a value. */
  public static <U> CompletableFuture<U> completedFuture(U value) {
    CompletableFuture<U> ended = new CompletableFuture<>();
    ended.complete(value);
    return ended;
  }

  /** One with a failure. */
  public static <U> CompletableFuture<U> failedFuture(Throwable failure) {
    CompletableFuture<U> ended = new CompletableFuture<>();
    ended.completeExceptionally(failure);
    return ended;
  }

  /** Ends when all of these have. */
  public static CompletableFuture<Void> allOf(CompletableFuture<?>... all) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    int[] open = {1};
    Runnable oneHasEnded =
        () -> {
          if (--open[0] > 0) {
            return;
          }
          for (CompletableFuture<?> each : all) {
            if (each.failure != null) {
              result.end(null, wrapped(each.failure));
              return;
            }
          }
          result.end(null, null);
        };
    for (CompletableFuture<?> each : all) {
      if (!each.isDone) {
        open[0]++;
        each.add(result, oneHasEnded);
      }
    }
    oneHasEnded.run();
    return result;
  }

  /** Ends it with a value, unless it has ended. */
  public boolean complete(T given) {
    boolean isFirst = end(given, null);
    runFollowers();
    return isFirst;
  }

  /** Ends it with a failure, unless it has ended. */
  public boolean completeExceptionally(Throwable thrown) {
    boolean isFirst = end(null, java.util.Objects.requireNonNull(thrown));
    runFollowers();
    return isFirst;
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean isFirst = end(null, new CancellationException());
    runFollowers();
    return isFirst || isCancelled();
  }

  private boolean end(T given, Throwable thrown) {
    if (isDone) {
      return false;
    }
    isDone = true;
    value = given;
    failure = thrown;
    return true;
  }

  private void push(Follower follower) {
    follower.next = followers;
    followers = follower;
  }

  /** Runs them without a stack that grows: those of followers are taken over one by one. */
  private void runFollowers() {
    if (!isDone) {
      return;
    }
    CompletableFuture<?> current = this;
    while (true) {
      Follower first = current.followers;
      if (first == null) {
        if (current == this) {
          return;
        }
        current = this;
        continue;
      }
      current.followers = first.next;
      if (first.next != null && current != this) {
        push(first);
        continue;
      }
      first.next = null;
      CompletableFuture<?> ended = first.run();
      current = ended == null ? this : ended;
    }
  }

  private void add(CompletableFuture<?> result, Runnable what) {
    push(
        new Follower() {
          @Override
          CompletableFuture<?> run() {
            what.run();
            return result.isDone && result.followers != null ? result : null;
          }
        });
  }

  private <U> CompletableFuture<U> followedBy(Consumer<CompletableFuture<U>> end) {
    CompletableFuture<U> result = new CompletableFuture<>();
    Runnable follow =
        () -> {
          if (result.isDone) {
            return;
          }
          try {
            end.accept(result);
          } catch (Throwable thrown) {
            result.end(null, wrapped(thrown));
          }
        };
    if (isDone) {
      follow.run();
    } else {
      add(result, follow);
    }
    return result;
  }

  private static Throwable wrapped(Throwable thrown) {
    return thrown instanceof CompletionException ? thrown : new CompletionException(thrown);
  }

  @Override
  public <U> CompletableFuture<U> thenApply(Function<? super T, ? extends U> function) {
    return followedBy(
        result -> {
          if (failure == null) {
            result.end(function.apply(value), null);
          } else {
            result.end(null, wrapped(failure));
          }
        });
  }

  @Override
  public CompletableFuture<Void> thenAccept(Consumer<? super T> action) {
    return thenApply(
        given -> {
          action.accept(given);
          return null;
        });
  }

  @Override
  public CompletableFuture<Void> thenRun(Runnable action) {
    return thenApply(
        given -> {
          action.run();
          return null;
        });
  }

  @Override
  public <U> CompletableFuture<U> thenCompose(
      Function<? super T, ? extends CompletionStage<U>> function) {
    return followedBy(
        result -> {
          if (failure != null) {
            result.end(null, wrapped(failure));
            return;
          }
          CompletableFuture<U> inner = function.apply(value).toCompletableFuture();
          Runnable passOn =
              () -> result.end(inner.value, inner.failure == null ? null : wrapped(inner.failure));
          if (inner.isDone) {
            passOn.run();
          } else {
            inner.add(result, passOn);
          }
        });
  }

  @Override
  public <U> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> function) {
    return followedBy(result -> result.end(function.apply(value, failure), null));
  }

  @Override
  public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
    return followedBy(
        result -> {
          Throwable passedOn = failure == null ? null : wrapped(failure);
          try {
            action.accept(value, failure);
          } catch (Throwable thrown) {
            if (failure == null) {
              passedOn = wrapped(thrown);
            } else if (failure != thrown) {
              failure.addSuppressed(thrown);
            }
          }
          result.end(value, passedOn);
        });
  }

  @Override
  public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> function) {
    return followedBy(
        result -> result.end(failure == null ? value : function.apply(failure), null));
  }

  @Override
  public CompletableFuture<T> toCompletableFuture() {
    return this;
  }

  @Override
  public boolean isDone() {
    return isDone;
  }

  @Override
  public boolean isCancelled() {
    return failure instanceof CancellationException;
  }

  /** Whether it has ended with a failure. */
  public boolean isCompletedExceptionally() {
    return failure != null;
  }

  /**
   * The value.
   *
   * @throws IllegalStateException if it has not ended: there is no other thread that could end it
   */
  public T join() {
    requireDone();
    if (failure instanceof CancellationException cancelled) {
      throw cancelled;
    }
    if (failure != null) {
      throw (CompletionException) wrapped(failure);
    }
    return value;
  }

  /** The value, or another if it has not ended. */
  public T getNow(T other) {
    return isDone ? join() : other;
  }

  @Override
  public T get() throws ExecutionException {
    requireDone();
    if (failure instanceof CancellationException cancelled) {
      throw cancelled;
    }
    if (failure != null) {
      boolean isWrapped = failure instanceof CompletionException && failure.getCause() != null;
      throw new ExecutionException(isWrapped ? failure.getCause() : failure);
    }
    return value;
  }

  @Override
  public T get(long time, TimeUnit unit) throws ExecutionException {
    return get();
  }

  private void requireDone() {
    if (!isDone) {
      throw new IllegalStateException("would wait for ever: there is one thread only");
    }
  }
}
