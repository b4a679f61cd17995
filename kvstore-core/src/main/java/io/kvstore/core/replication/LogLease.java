package io.kvstore.core.replication;

import io.kvstore.core.spi.Env;

/**
 * By what an elected leader answers reads alone: the log is the lease (LeaseGuard, SIGMOD 2026).
 *
 * <pre>
 *   leader of term 4   creates an entry ├──── reads alone, once it is committed ────┤
 *   leader of term 5        receives that entry ├───────── commits nothing ─────────────┤ commits
 * </pre>
 *
 * <p>Invariant: while a leader reads alone, no leader of a later term has committed anything. A
 * leader reads alone by an entry of its own term that is committed. Every later leader has that
 * entry in its log, received it after it was created, and commits nothing before the last entry
 * that it has received of others is older than a lease can be.
 *
 * <p>Ages are measured by stopwatches, from when an entry was created or received, and each member
 * judges them by its own. So clocks need not show the same, and may be set; but no stopwatch may
 * run more than three times as fast as another.
 *
 * <p>This is about the leaders of one view. That none of an earlier view reads alone any more is
 * seen to before a view begins.
 */
public final class LogLease {
  /** So it is over for others before they rely on it, even if it is measured by a slow clock. */
  private static final double HELD_PART = 0.3; // of how long others wait

  private final Env env;
  private final long waitNanos;
  private boolean isHeld;
  private long heldUntil; // by the stopwatch, like all of these
  private boolean isNoted;
  private long noted; // an entry of this leader that is not committed
  private long notedAt; // when it was created
  private boolean hasReceived;
  private long receivedAt; // the last entry that another has created

  private LogLease(Env env, long waitNanos) {
    this.env = env;
    this.waitNanos = waitNanos;
  }

  /** The lease of one member. */
  public static LogLease of(Env env) {
    LogLease lease = new LogLease(env, waitNanos(env.detectionNanos()));
    env.show("lease", lease::inWords);
    return lease;
  }

  /** No member reads alone, and none waits. */
  public static LogLease none(Env env) {
    return new LogLease(env, 0);
  }

  /**
   * How long those wait that must not go on beside a leader that reads alone. A leader that is lost
   * is missed after the same time at the earliest: then the next one has mostly waited already.
   *
   * @param detectionNanos how long a member must have been silent before it is taken to be lost
   */
  public static long waitNanos(long detectionNanos) {
    return detectionNanos / 2;
  }

  private String inWords() {
    if (isHeld()) {
      return "reads alone";
    }
    return leftToOthers() > 0 ? "an earlier leader may read alone" : "";
  }

  /** Whether there are leases. */
  public boolean isUsed() {
    return waitNanos > 0;
  }

  // At the leader

  /** This member leads from now on, and has committed nothing yet; or it does not lead any more. */
  public void end() {
    isHeld = false;
    isNoted = false;
  }

  /** This leader has an entry in its log that it creates in the event that is handled. */
  public void created(long position) {
    if (isUsed() && !isNoted) {
      isNoted = true;
      noted = position;
      notedAt = env.elapsed(); // not later: the turn may have been held since it began
    }
  }

  /** What this leader has created up to here is committed. */
  public void committed(long position) {
    if (isNoted && position >= noted) {
      isNoted = false;
      isHeld = true;
      heldUntil = notedAt + (long) (waitNanos * HELD_PART);
    }
  }

  /**
   * Whether this leader may answer alone what it has performed. To be asked once the answer is
   * there: time may have passed.
   */
  public boolean isHeld() {
    return isHeld && heldUntil - env.stopwatch() > 0;
  }

  /**
   * How long this leader must not commit anything, for an earlier one may read alone; 0: it may.
   */
  public long leftToOthers() {
    return hasReceived ? Math.max(0, receivedAt + waitNanos - env.stopwatch()) : 0;
  }

  // At the others

  /** Entries have come that another has created. */
  public void received() {
    hasReceived = true;
    receivedAt = env.stopwatch(); // not earlier: the turn may have begun before they were created
  }

  // The view

  /** Takes part in the next view, in which no leader of an earlier one reads alone. */
  public void restart() {
    end();
    hasReceived = false;
  }
}
