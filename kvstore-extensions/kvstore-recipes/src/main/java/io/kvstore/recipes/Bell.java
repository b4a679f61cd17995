package io.kvstore.recipes;

import io.kvstore.Registration;
import io.kvstore.Scan;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Wakes a caller that waits for keys to change. It rings for each change that the watched replica
 * performs, and now and then without one, for what a watch may miss: a caller that is woken looks.
 */
final class Bell implements AutoCloseable {
  private static final long LOOK_ANYWAY_NANOS = 1_000_000_000;

  private final Context context;
  private final Registration watch;
  private final Registration end;
  private volatile CompletableFuture<Void> next = new CompletableFuture<>();

  Bell(Context context, Scan<String> keys) {
    this.context = context;
    watch = context.watch(keys, event -> ring());
    end = context.whenClosed(this::ring);
  }

  private void ring() {
    CompletableFuture<Void> now = next;
    next = new CompletableFuture<>();
    now.complete(null);
  }

  /** Rings at the next change after this call. */
  CompletableFuture<Void> next() {
    return next;
  }

  /**
   * Waits until it has rung.
   *
   * @throws IllegalStateException when the recipes are closed
   */
  void await(CompletableFuture<Void> rung, long atMostNanos) throws InterruptedException {
    context.requireOpen();
    try {
      context.clockwork().await(rung, Math.min(atMostNanos, LOOK_ANYWAY_NANOS));
    } catch (TimeoutException quiet) {
      // The caller looks anyway.
    }
    context.requireOpen();
  }

  @Override
  public void close() {
    watch.close();
    end.close();
  }
}
