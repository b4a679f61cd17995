package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** What tests do on threads of their own, and wait for. */
final class Threads {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private Threads() {}

  interface Code {
    void run() throws Exception;
  }

  static CompletableFuture<Void> onThread(Code code) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                code.run();
                end.complete(null);
              } catch (Throwable thrown) {
                end.completeExceptionally(thrown);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return end;
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it takes too long").isLessThan(deadline);
      Thread.sleep(2);
    }
  }
}
