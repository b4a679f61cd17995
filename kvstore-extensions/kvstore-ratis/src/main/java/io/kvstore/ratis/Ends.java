package io.kvstore.ratis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done when a future ends. What that throws is logged: it is a fault of this library. */
final class Ends {
  private static final Logger logger = LoggerFactory.getLogger(Ends.class);

  private Ends() {}

  /** Runs a task with the outcome, by the thread that ends the future. */
  static <T> void then(CompletableFuture<T> future, BiConsumer<T, @Nullable Throwable> task) {
    then(future, Runnable::run, task);
  }

  /** Runs a task with the outcome. */
  static <T> void then(
      CompletableFuture<T> future, Executor executor, BiConsumer<T, @Nullable Throwable> task) {
    CompletableFuture<?> unused =
        future.whenCompleteAsync(
            (value, thrown) -> {
              try {
                task.accept(value, thrown);
              } catch (RuntimeException | Error failure) {
                logger.error("the next step of an operation has failed", failure);
              }
            },
            executor);
  }

  /** Runs a task with the value of a future that never fails, by the thread that ends it. */
  static <T> void thenAccept(CompletableFuture<T> future, Consumer<T> task) {
    thenAccept(future, Runnable::run, task);
  }

  /** Runs a task with the value of a future that never fails. */
  static <T> void thenAccept(CompletableFuture<T> future, Executor executor, Consumer<T> task) {
    then(
        future,
        executor,
        (value, thrown) -> {
          if (thrown == null) {
            task.accept(value);
          } else {
            logger.error("an operation was left alone by what it waited for", thrown);
          }
        });
  }
}
