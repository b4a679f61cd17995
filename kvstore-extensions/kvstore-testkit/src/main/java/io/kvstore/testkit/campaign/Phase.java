package io.kvstore.testkit.campaign;

import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.Consistency;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A time in which all views of a store promised at least some level.
 *
 * <p>It begins when the view is decided by which the store has moved: then every member has all
 * that was answered before, and no replica has begun to serve.
 *
 * @param from when it began, in virtual nanoseconds; {@link #ALWAYS} if it is as old as the store
 * @param to when it ended; {@link History#NEVER} if it did not
 */
record Phase(long from, long to) {
  static final long ALWAYS = Long.MIN_VALUE;

  /** A recorder gives all events of one virtual moment times of their own, a little later. */
  private static final long LATE_NANOS = Duration.ofMillis(1).toNanos();

  /**
   * The phases of a level.
   *
   * @param first what the store promised in the beginning
   * @param views what was decided since
   */
  static List<Phase> of(Consistency level, Consistency first, List<ViewDecided> views) {
    List<Phase> phases = new ArrayList<>();
    boolean isOn = first.isAtLeast(level);
    long from = ALWAYS;
    for (ViewDecided decided : views) {
      boolean goesOn = decided.view().consistency().isAtLeast(level);
      if (isOn && !goesOn) {
        phases.add(new Phase(from, elapsed(decided.time())));
      } else if (!isOn && goesOn) {
        from = elapsed(decided.time());
      }
      isOn = goesOn;
    }
    if (isOn) {
      phases.add(new Phase(from, History.NEVER));
    }
    return phases;
  }

  private static long elapsed(Instant time) {
    return Duration.between(Instant.EPOCH, time).toNanos() - Simulation.BEGINNING_NANOS;
  }

  boolean isFromTheBeginning() {
    return from == ALWAYS;
  }

  /** Whether an operation was asked and answered in it. */
  boolean includes(History history, int row) {
    boolean isAskedIn = isFromTheBeginning() || history.invoked(row) > from + LATE_NANOS;
    return isAskedIn && history.outcome(row) == Outcome.OK && history.returned(row) < to;
  }

  /** Whether a write that it does not include may take effect in it. */
  boolean maySee(History history, int row) {
    return history.kind(row) != Kind.READ
        && history.outcome(row) != Outcome.FAIL
        && history.returned(row) >= from
        && history.invoked(row) < to
        && !includes(history, row);
  }
}
