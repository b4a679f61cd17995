package io.kvstore.ratis;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * By what a leader answers reads alone: the log is the lease (LeaseGuard, SIGMOD 2026). For a while
 * after it has taken a record that was committed since, it answers reads of its own entries; and
 * the leader of a later term keeps back the answers of all that it performs for as long.
 *
 * <pre>
 *   leader of term 4   takes a record ├──── reads alone ────┤
 *   leader of term 5       its first record performed ├──── answers nothing ────┤ answers
 * </pre>
 *
 * <p>A record of term 4 is committed before the election of term 5 is, and so was taken before the
 * later leader begins to wait. It must not wait for less time than the earlier one counts: so
 * clocks may run at speeds that differ by a tenth, and need not show the same.
 */
final class LeaderLease {
  private static final double HELD_PART = 0.9; // of how long others wait

  private final LongSupplier stopwatch;
  private volatile long nanos; // that others wait; 0: there are no leases
  private volatile Held held;
  private volatile Term last;

  /** Until when a leader of a term may answer reads alone. */
  private record Held(long term, long until) {}

  /** A term, and when it was heard of. */
  private record Term(long number, long since) {}

  /**
   * None yet.
   *
   * @param stopwatch nanoseconds since some moment
   */
  LeaderLease(LongSupplier stopwatch) {
    this.stopwatch = stopwatch;
    held = new Held(-1, stopwatch.getAsLong());
    last = new Term(-1, stopwatch.getAsLong());
  }

  /** How long a lease is, for those who wait for its end. */
  static long nanosFor(Duration detection) {
    return detection.toNanos() / 2;
  }

  /** The group has agreed on leases of at least this length. */
  void agree(long atLeast) {
    nanos = Math.max(nanos, atLeast);
  }

  /** How long leases are; 0 when there are none. */
  long nanos() {
    return nanos;
  }

  /** The time at which a record is taken. */
  long now() {
    return stopwatch.getAsLong();
  }

  /** A record of this term is performed. By one thread at a time. */
  void performs(long term) {
    if (term > last.number()) {
      last = new Term(term, now());
    }
  }

  /** It was taken by this member, at this time, as the leader of its term. */
  void tookAt(long term, long time) {
    long until = time + (long) (nanos * HELD_PART);
    if (term > held.term() || until - held.until() > 0) {
      held = new Held(term, until);
    }
  }

  /** How long answers of this term are to be kept back, for leases that others may have; 0: not. */
  long leftToOthers(long term) {
    Term known = last;
    long since = term == known.number() ? known.since() : now();
    return nanos == 0 ? 0 : Math.max(0, since + nanos - now());
  }

  /** Whether the leader of this term, if it is that still, may answer reads alone. */
  boolean isHeld(long term) {
    Held mine = held;
    return mine.term() == term && nanos > 0 && mine.until() - now() > 0 && leftToOthers(term) == 0;
  }
}
