package io.kvstore.testkit.check;

import java.util.Arrays;

/**
 * How much operations may know at most: a session that is yet to read a value must not know, by
 * then, of a write that came after that value; and neither may anything that it depends on by then.
 *
 * <p>It goes through the operations backwards, with a clock for each session that only sinks.
 */
final class Ceilings {
  private static final int NONE = Sessions.NONE;

  /** More operations times sessions than this would take long, and nothing is limited. */
  private static final long MOST_WORK = 1L << 26;

  private final Sessions sessions;
  private final Observed observed;
  private final Past past;
  private final int width;
  private final int[] now;

  /** By operation: where its ceiling is kept; 0 if it is not. */
  private final int[] slot;

  private int[] kept = {};

  /** The past was found, the clocks of all writes are kept. */
  Ceilings(Sessions sessions, Spending spending, Past past) {
    this.sessions = sessions;
    this.past = past;
    observed = sessions.observed;
    width = sessions.count;
    now = spending.ints((long) width * width);
    slot = spending.ints(sessions.session.length);
    if ((long) sessions.session.length * width <= MOST_WORK) {
      find(spending);
    }
  }

  /**
   * Whether an ambiguous read would know too much if it knew what an operation with a clock did.
   */
  boolean isExceeded(int row, int[] clocks, int from) {
    int own = slot[row] * width;
    for (int i = 0; own > 0 && i < width; i++) {
      if (clocks[from + i] > kept[own + i]) {
        return true;
      }
    }
    return false;
  }

  private void find(Spending spending) {
    int slots = 1;
    for (int row = 0; row < slot.length; row++) {
      if (sessions.session[row] != NONE) {
        slots = keep(observed.source(row) == Observed.AMBIGUOUS ? row : NONE, slots);
        slots = keep(observed.source(row), slots);
        slots = keep(sessions.follows(row), slots);
        slots = keep(sessions.anchor(row), slots);
      }
    }
    kept = spending.ints((long) slots * width);
    Arrays.fill(kept, Integer.MAX_VALUE);
    Arrays.fill(now, Integer.MAX_VALUE);
    int[] order = past.order();
    for (int i = order.length - 1; i >= 0; i--) {
      lower(order[i]);
      spending.checkTimeSometimes();
    }
  }

  private int keep(int row, int slots) {
    if (row >= 0 && slot[row] == 0) {
      slot[row] = slots;
      return slots + 1;
    }
    return slots;
  }

  private void lower(int row) {
    int session = sessions.session[row];
    int own = session * width;
    if (slot[row] != 0) {
      lower(now, own, kept, slot[row] * width);
    }
    limit(row, observed.source(row), session, own);
    lowerOther(observed.source(row), own);
    lowerOther(sessions.follows(row), own);
    lowerOther(sessions.anchor(row), own);
    if (slot[row] != 0) {
      lower(kept, slot[row] * width, now, own);
    }
  }

  private void lowerOther(int other, int own) {
    if (other >= 0) {
      lower(kept, slot[other] * width, now, own);
    }
  }

  private void lower(int[] clock, int at, int[] by, int from) {
    for (int i = 0; i < width; i++) {
      clock[at + i] = Math.min(clock[at + i], by[from + i]);
    }
  }

  /** What a read must not know of other sessions. */
  private void limit(int row, int source, int session, int own) {
    if (source < 0 && source != Observed.INITIAL) {
      return;
    }
    int key = observed.key[row];
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int theirs = sessions.laneSession(lane);
      if (theirs != session) {
        int first = firstAfter(source, lane, theirs);
        now[own + theirs] = Math.min(now[own + theirs], first - 1);
      }
    }
  }

  /** The position of the first write in the lane that is after another one. */
  private int firstAfter(int write, int lane, int session) {
    int low = -1; // is not after
    int high = sessions.sizeOf(lane); // is after
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      int candidate = sessions.at(session, sessions.positionIn(lane, middle));
      if (write == Observed.INITIAL || (candidate != write && past.isAfter(candidate, write))) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high == sessions.sizeOf(lane) ? Integer.MAX_VALUE : sessions.positionIn(lane, high);
  }
}
