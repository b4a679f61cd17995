package io.kvstore.recipes;

/**
 * How long a claim stands, by the clock of its own process: from the moment at which the write was
 * asked for, which is before the store stamped it, and a fiftieth less, for clocks that run at
 * different speeds. So it is over here before it is over for others, as long as no clock is more
 * than a hundredth too fast or too slow.
 */
final class Lease {
  /** The part of a lease that is given up. */
  static final long DRIFT_PART = 50;

  private static final long RENEWALS = 3; // in the time of a lease

  private final Clockwork clockwork;
  private final long nanos;
  private volatile long endNanos;

  Lease(Clockwork clockwork, long nanos) {
    this.clockwork = clockwork;
    this.nanos = nanos;
    begin(clockwork.nanoTime());
  }

  long nanos() {
    return nanos;
  }

  /** It begins, or is renewed, with a write that was asked for then. */
  void begin(long askedAtNanos) {
    endNanos = askedAtNanos + nanos - nanos / DRIFT_PART;
  }

  long remainingNanos() {
    return endNanos - clockwork.nanoTime();
  }

  boolean isOver() {
    return remainingNanos() <= 0;
  }

  /** Whether there is so much of it left that something can be done in it. */
  boolean isFresh() {
    return remainingNanos() > nanos / RENEWALS;
  }

  long untilRenewalNanos() {
    return remainingNanos() - nanos + nanos / RENEWALS;
  }
}
