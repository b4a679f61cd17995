package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Counts numbers of 64 bits up and down: reads the item, and writes the sum on the condition that
 * the item is still the one that was read; otherwise once more.
 *
 * <p>The store's own {@code add} knows only numbers with a sign, and takes a negative one for a
 * number where memcached does not. On the condition of the version that was read it can be used all
 * the same, and leaves flags and expiry exactly as they are.
 */
final class Arithmetic {
  private static final int AT_ONCE = 8;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_MICROS = 2_000;
  private static final int MOST_PLAIN_DIGITS = 18;

  private final Items items;
  private final EventExecutor executor;

  Arithmetic(Items items, EventExecutor executor) {
    this.items = items;
    this.executor = executor;
  }

  /**
   * What is to be counted.
   *
   * @param key the number's key
   * @param isUp whether it is added or taken away
   * @param delta how much, 64 bits without a sign
   * @param unique the unique that the item must have; 0 when any will do
   */
  record Step(Bytes key, boolean isUp, long delta, long unique) {}

  CompletableFuture<Sum> perform(Step step) {
    return new Attempts(step).next();
  }

  /** The attempts at one step. */
  private final class Attempts {
    private final Step step;
    private final long began = System.nanoTime();
    private int made;

    Attempts(Step step) {
      this.step = step;
    }

    CompletableFuture<Sum> next() {
      return items.get(step.key()).thenCompose(this::on);
    }

    private CompletableFuture<Sum> on(Optional<Versioned<Bytes>> found) {
      if (found.isEmpty()) {
        return CompletableFuture.completedFuture(Sum.NOT_FOUND);
      }
      Versioned<Bytes> item = found.get();
      byte[] text = item.value().toArray();
      Numeral numeral = new Numeral();
      if (text.length == 0) {
        return CompletableFuture.completedFuture(Sum.NON_NUMERIC);
      }
      if (step.unique() != 0 && items.unique(step.key(), item) != step.unique()) {
        return CompletableFuture.completedFuture(Sum.EXISTS);
      }
      if (!numeral.readUnsigned(text, 0, text.length)) {
        return CompletableFuture.completedFuture(Sum.NON_NUMERIC);
      }
      long before = numeral.value();
      long sum = sum(before);
      return write(item, text, before, sum)
          .thenCompose(written -> after(item, text.length, sum, written));
    }

    private long sum(long before) {
      if (step.isUp()) {
        return before + step.delta();
      }
      return Long.compareUnsigned(step.delta(), before) > 0 ? 0 : before - step.delta();
    }

    private CompletableFuture<Written<Bytes>> write(
        Versioned<Bytes> item, byte[] text, long before, long sum) {
      Update<Bytes, Bytes> update =
          isPlain(text) && sum >= 0 ? Update.add(step.key(), sum - before) : rewritten(item, sum);
      return items.store().update(update.ifVersion(item.version()));
    }

    private Update<Bytes, Bytes> rewritten(Versioned<Bytes> item, long sum) {
      byte[] digits = Long.toUnsignedString(sum).getBytes(StandardCharsets.ISO_8859_1);
      Update<Bytes, Bytes> put =
          Update.<Bytes, Bytes>put(step.key(), Bytes.wrap(digits)).flags(item.flags());
      return item.expiresAt().map(at -> put.lifetime(until(at))).orElse(put);
    }

    private Duration until(Instant time) {
      Duration left = Duration.between(Instant.now(), time);
      return left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left;
    }

    private CompletableFuture<Sum> after(
        Versioned<Bytes> item, int length, long sum, Written<Bytes> written) {
      if (written.applied() && written.after().isPresent()) {
        Versioned<Bytes> now = written.after().get();
        if (Long.toUnsignedString(sum).length() <= length) {
          keep(item.version(), now.version());
        } else {
          items.marks().stored(step.key(), now.version(), items.nowSeconds());
        }
        return CompletableFuture.completedFuture(
            new Sum(Sum.Outcome.DONE, sum, now.version(), now.expiresAt(), false));
      }
      return again(written.before());
    }

    /** memcached counts in place when the number does not get longer: it stays the same item. */
    private void keep(long from, long to) {
      Mark mark = items.marks().get(step.key(), from);
      if (mark.isStale() || mark.isWon()) {
        items.marks().put(step.key(), new Mark(to, to, mark.isStale(), mark.isWon()));
      }
      items.marks().rewritten(step.key(), from, to, items.nowSeconds());
    }

    /**
     * Others were faster. After some attempts, stepping aside for a moment lets each of them by.
     */
    private CompletableFuture<Sum> again(Optional<Versioned<Bytes>> present) {
      made++;
      if (made < AT_ONCE) {
        return on(present);
      }
      if (System.nanoTime() - began > PATIENCE_NANOS) {
        return CompletableFuture.failedFuture(
            new UnavailableException(
                "the number was changed by others " + made + " times; it was not applied"));
      }
      return CompletableFuture.completedFuture(made)
          .thenComposeAsync(attempts -> next(), this::afterAMoment);
    }

    private void afterAMoment(Runnable task) {
      long micros = ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MICROS);
      var unused = executor.schedule(task, micros, TimeUnit.MICROSECONDS);
    }
  }

  /** Whether the store's own {@code add} reads the same number there. */
  private static boolean isPlain(byte[] text) {
    if (text.length > MOST_PLAIN_DIGITS) {
      return false;
    }
    for (byte character : text) {
      if (character < '0' || character > '9') {
        return false;
      }
    }
    return true;
  }
}
