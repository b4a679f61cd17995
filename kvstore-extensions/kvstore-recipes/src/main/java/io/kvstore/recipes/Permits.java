package io.kvstore.recipes;

import io.kvstore.IndeterminateException;
import io.kvstore.Registration;
import io.kvstore.Scan;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Permits under one key, for callers that wait for them. */
final class Permits {
  private static final long FOR_EVER = Long.MAX_VALUE / 4;

  private final Context context;
  private final String key;
  private final long capacity;

  Permits(Context context, String key, long capacity) {
    this.context = context;
    this.key = key;
    this.capacity = capacity;
  }

  /** Takes permits if they are free. */
  Optional<Hold> tryAcquire(int permits) {
    Contender contender = contender(permits);
    contender.begin(false);
    try {
      context.clockwork().await(contender.granted(), FOR_EVER);
    } catch (InterruptedException interrupted) {
      CompletableFuture<Void> unused = contender.release();
      Thread.currentThread().interrupt();
      throw new IndeterminateException(
          "interrupted while asking for permits: if they were taken they are given back",
          interrupted);
    } catch (TimeoutException never) {
      throw new AssertionError(never);
    }
    return outcome(contender);
  }

  Optional<Hold> tryAcquire(int permits, Duration atMost) throws InterruptedException {
    long nanos = Math.min(Nanos.of(atMost), FOR_EVER);
    return nanos <= 0 ? tryAcquire(permits) : acquire(permits, nanos);
  }

  Hold acquire(int permits) throws InterruptedException {
    return acquire(permits, FOR_EVER).orElseThrow();
  }

  private Optional<Hold> acquire(int permits, long atMostNanos) throws InterruptedException {
    Contender contender = contender(permits);
    contender.begin(true);
    try {
      awaitGrant(contender, context.clockwork().nanoTime() + atMostNanos);
      return outcome(contender);
    } catch (InterruptedException interrupted) {
      CompletableFuture<Void> unused = contender.release();
      throw interrupted;
    }
  }

  private void awaitGrant(Contender contender, long deadlineNanos) throws InterruptedException {
    try {
      await(contender.joined(), deadlineNanos);
      if (!contender.granted().isDone()) {
        Registration watch = context.watch(Scan.key(key), new ClaimsWatch(() -> contender));
        try {
          contender.look(); // what has changed before the watch began
          await(contender.granted(), deadlineNanos);
        } finally {
          watch.close();
        }
      }
    } catch (TimeoutException late) {
      contender.giveUp();
      try {
        context.clockwork().await(contender.granted(), FOR_EVER);
      } catch (TimeoutException never) {
        throw new AssertionError(never);
      }
    }
  }

  private void await(CompletableFuture<?> answer, long deadlineNanos)
      throws InterruptedException, TimeoutException {
    long remaining = deadlineNanos - context.clockwork().nanoTime();
    context.clockwork().await(answer, Math.max(0, remaining));
  }

  private Optional<Hold> outcome(Contender contender) {
    try {
      return contender.granted().join()
          ? Optional.of(new HeldClaim(context, contender))
          : Optional.empty();
    } catch (CompletionException unknown) {
      if (unknown.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw unknown;
    }
  }

  private Contender contender(int permits) {
    return new Contender(context, key, Context.newId(), capacity, permits);
  }
}
