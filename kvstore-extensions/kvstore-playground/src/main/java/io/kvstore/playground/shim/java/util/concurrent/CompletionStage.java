package io.kvstore.playground.shim.java.util.concurrent;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** What something else may follow. Only what kvstore asks for. */
public interface CompletionStage<T> {
  /** Followed by a function of the value. */
  <U> CompletionStage<U> thenApply(Function<? super T, ? extends U> function);

  /** Followed by an action on the value. */
  CompletionStage<Void> thenAccept(Consumer<? super T> action);

  /** Followed by an action. */
  CompletionStage<Void> thenRun(Runnable action);

  /** Followed by another stage. */
  <U> CompletionStage<U> thenCompose(Function<? super T, ? extends CompletionStage<U>> function);

  /** Followed by a function of the value or the failure. */
  <U> CompletionStage<U> handle(BiFunction<? super T, Throwable, ? extends U> function);

  /** Followed by an action on the value or the failure, which are passed on. */
  CompletionStage<T> whenComplete(BiConsumer<? super T, ? super Throwable> action);

  /** Followed by a function of the failure, if there is one. */
  CompletionStage<T> exceptionally(Function<Throwable, ? extends T> function);

  /** The same as a future. */
  CompletableFuture<T> toCompletableFuture();
}
