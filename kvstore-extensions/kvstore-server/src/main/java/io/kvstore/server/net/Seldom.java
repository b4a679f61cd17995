package io.kvstore.server.net;

import java.time.Duration;

/** Counts what happens often, so that it is logged once in a period. */
final class Seldom {
  private final long periodNanos;
  private long loggedAt;
  private int number;

  Seldom(Duration period) {
    periodNanos = period.toNanos();
    loggedAt = System.nanoTime() - periodNanos;
  }

  /** It has happened again: how often since it was logged, or 0 when it is too early to log it. */
  synchronized int count() {
    number++;
    long now = System.nanoTime();
    if (now - loggedAt < periodNanos) {
      return 0;
    }
    loggedAt = now;
    int counted = number;
    number = 0;
    return counted;
  }
}
