package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import io.kvstore.IndeterminateException;
import io.kvstore.Registration;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket that all processes which use the store share: it holds so many permits at the
 * most, and fills evenly, from empty to full within a given time. So within that time no more than
 * twice as many are handed out, and in the long run as many as that.
 *
 * <p>What is kept is one moment: when the bucket will be full again (the generic cell rate
 * algorithm of ATM networks, ITU-T I.371). Time is the store's, as its writes are stamped, so the
 * clocks of clients need not agree. Where that time stands still, since the clock of a node was
 * ahead that is lost by now, the bucket does not fill until the other nodes' clocks have caught up.
 *
 * <p>A permit of which it is not known whether it was taken counts as taken, and is not handed out.
 */
public final class RateLimiter {
  private static final Duration LONGEST = Duration.ofDays(3_650);
  private static final Duration KEPT_LONGER = Duration.ofMinutes(1);
  private static final int MOST_UNKNOWN = 3;

  private final Context context;
  private final String key;
  private final Cell cell;
  private final long permits;
  private final long fillNanos;
  private final Duration kept; // by then it is full, which is as good as gone
  private volatile @Nullable Bucket known;
  private volatile long aheadNanos; // the store's time less this process's clock
  private volatile boolean isTimed; // whether that is known from a write of this process

  /** The bucket as an entry has it, or as it begins. */
  private record Bucket(Optional<Versioned<String>> entry, long fullAtNanos, String taker) {
    static Bucket of(Optional<Versioned<String>> entry) {
      if (entry.isEmpty()) {
        return new Bucket(entry, Long.MIN_VALUE, "");
      }
      String[] parts = entry.get().value().split(" ", 2);
      try {
        return new Bucket(entry, Long.parseLong(parts[0]), parts[1]);
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException malformed) {
        throw new IllegalStateException(
            "'" + entry.get().value() + "' is no bucket: it was not written by this recipe",
            malformed);
      }
    }
  }

  RateLimiter(Context context, String key, long permits, Duration per) {
    this.fillNanos = Nanos.of("per", per);
    if (permits < 1 || fillNanos < 1 || per.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a rate is at least 1 permit in a time from a nanosecond to ten years, not "
              + permits
              + " in "
              + per);
    }
    this.context = context;
    this.key = key;
    this.cell = new Cell(context.store(), key);
    this.permits = permits;
    this.kept = per.multipliedBy(2).plus(KEPT_LONGER);
  }

  /** Takes a permit if there is one. */
  public boolean tryAcquire() {
    return tryAcquire(1);
  }

  /** Takes so many permits if there are. */
  public boolean tryAcquire(long number) {
    return take(requirePossible(number)) == 0;
  }

  /**
   * Waits for so many permits, for this time at the most. It does not stand in a line: one that
   * wants many may be overtaken by those that want few.
   *
   * @return whether it has got them; at once false when there cannot be as many in time
   */
  public boolean tryAcquire(long number, Duration atMost) throws InterruptedException {
    requirePossible(number);
    long nanos = Nanos.of(requireNonNull(atMost, "atMost"));
    long start = context.clockwork().nanoTime();
    while (true) {
      long wait = take(number);
      if (wait == 0) {
        return true;
      }
      if (wait > nanos - (context.clockwork().nanoTime() - start)) {
        return false;
      }
      sleep(wait);
    }
  }

  private void sleep(long nanos) throws InterruptedException {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Registration waking = context.whenClosed(() -> closed.complete(null));
    try {
      context.clockwork().await(closed, nanos);
    } catch (TimeoutException over) {
      // That is what was waited for.
    } finally {
      waking.close();
    }
  }

  private long requirePossible(long number) {
    if (number < 1 || number > permits) {
      throw new IllegalArgumentException(
          "from 1 to " + permits + " permits can be had at once, not " + number);
    }
    return number;
  }

  /** Takes permits; answers zero, or after how long there may be enough of them. */
  private long take(long number) {
    context.requireOpen();
    String taker = Context.newId();
    long cost = (long) Math.ceil((double) number / permits * fillNanos);
    int unknown = 0;
    Bucket bucket = known == null ? look() : known;
    while (true) {
      long now = context.clockwork().nanoTime() + aheadNanos;
      long fullAt = Math.max(bucket.fullAtNanos(), isTimed ? now : Long.MIN_VALUE) + cost;
      try {
        if (!isTimed) {
          bucket = write(bucket, Math.max(bucket.fullAtNanos(), 0), bucket.taker());
        } else if (fullAt - now > fillNanos) {
          return fullAt - now - fillNanos;
        } else {
          bucket = write(bucket, fullAt, taker);
        }
      } catch (IndeterminateException perhaps) {
        if (++unknown == MOST_UNKNOWN) {
          throw perhaps;
        }
        bucket = look();
      }
      if (bucket.taker().equals(taker)) {
        return 0;
      }
    }
  }

  private Bucket look() {
    Bucket seen = Bucket.of(cell.read());
    known = seen;
    return seen;
  }

  /** Writes the bucket if it is still that; answers what it is then. */
  private Bucket write(Bucket now, long fullAtNanos, String taker) {
    Written<String> written =
        context
            .store()
            .update(
                Cell.conditional(
                    Update.put(key, fullAtNanos + " " + taker).lifetime(kept), now.entry()));
    if (written.applied()) {
      long stamp = StoreTime.of(written.after().orElseThrow(), kept);
      aheadNanos = stamp - context.clockwork().nanoTime();
      isTimed = true;
    }
    Bucket seen = Bucket.of(written.applied() ? written.after() : written.before());
    known = seen;
    return seen;
  }
}
