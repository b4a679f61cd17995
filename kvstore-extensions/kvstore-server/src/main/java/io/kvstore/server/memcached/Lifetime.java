package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.Update;
import java.time.Duration;

/**
 * How long an item lives from now on, as memcached's clients say it: 0 is for ever, a negative time
 * is over already, up to thirty days are counted from now, and more is a time since 1970.
 *
 * @param seconds the number of seconds; 0 for ever, negative when it is over
 */
record Lifetime(long seconds) {
  static final Lifetime FOREVER = new Lifetime(0);

  private static final Lifetime OVER = new Lifetime(-1);
  private static final int LONGEST_FROM_NOW = 60 * 60 * 24 * 30;
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** What a client's number means now. */
  static Lifetime of(int number, long nowSeconds) {
    if (number == 0) {
      return FOREVER;
    }
    if (number > 0 && number <= LONGEST_FROM_NOW) {
      return new Lifetime(number);
    }
    return number > nowSeconds ? new Lifetime(number - nowSeconds) : OVER;
  }

  boolean isOver() {
    return seconds < 0;
  }

  boolean isForever() {
    return seconds == 0;
  }

  /** A put of an item that lives so long. */
  Update<Bytes, Bytes> limit(Update<Bytes, Bytes> put) {
    return isForever() ? put : put.lifetime(Duration.ofSeconds(seconds));
  }

  /** A touch that lets an item live so long from now on. */
  Update<Bytes, Bytes> touch(Bytes key) {
    return Update.touch(key, isForever() ? LONGEST : Duration.ofSeconds(seconds));
  }
}
