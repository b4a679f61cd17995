package io.kvstore.testkit.check;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The search for an order, for each session, of all that it depends on, which explains everything
 * that this session read: causal memory.
 *
 * <p>A write that is before a read of the session, but was not read, must be before the one of the
 * same key that was read; this adds to what is before other reads, so it is done until nothing is
 * added. A session cannot be explained if it runs in a circle (pattern CyclicHB) or if a write is
 * before a read of what was there initially (pattern WriteHBInitRead).
 */
final class SessionOrders implements Schedule.Visitor, Circle.Conflicts {
  private static final int NONE = Sessions.NONE;

  private final Sessions sessions;
  private final Observed observed;
  private final Schedule schedule;
  private final Past past;
  private final int width;
  private final int[] now;

  /** By operation: where its clock is found; 0 if it is never asked for. */
  private final int[] slot;

  private final int[] clocks;

  /** By write: where it is found what its readers in the session know; 0 if there are none. */
  private final int[] readersOf;

  private final int[] known;
  private final int[] lastReader;

  /** By session: whether the reading half of its next operation is done. */
  private final boolean[] hasRead;

  private int reading;
  private boolean isNew;
  private int lateRead = NONE;
  private int overlooked = NONE;

  /** The past must have been found. */
  SessionOrders(Sessions sessions, Spending spending, Past past) {
    this.sessions = sessions;
    this.past = past;
    observed = sessions.observed;
    schedule = new Schedule(sessions, spending);
    width = sessions.count;
    now = spending.ints((long) width * width);
    hasRead = new boolean[width];
    int size = sessions.session.length;
    slot = spending.ints(size);
    readersOf = spending.ints(size);
    lastReader = spending.ints(size);
    long slots = 1;
    int most = 0;
    int[] reads = new int[width];
    for (int row = 0; row < size; row++) {
      if (sessions.session[row] != NONE) {
        slots = ask(observed.writes(row) ? row : NONE, slots);
        slots = ask(observed.source(row), slots);
        slots = ask(sessions.follows(row), slots);
        slots = ask(sessions.anchor(row), slots);
        most = Math.max(most, observed.reads(row) ? ++reads[sessions.session[row]] : 0);
      }
    }
    clocks = spending.ints(slots * width);
    known = spending.ints((most + 1L) * width);
  }

  private long ask(int row, long slots) {
    if (row >= 0 && slot[row] == 0) {
      slot[row] = (int) slots;
      return slots + 1;
    }
    return slots;
  }

  /** The first session that has no such order, {@link #NONE} if all have. */
  int unexplained() {
    for (int session = 0; session < width; session++) {
      if (!isExplained(session)) {
        return session;
      }
    }
    return NONE;
  }

  /** A read of what was there initially after a write; none if it is a circle. */
  int lateRead() {
    return lateRead;
  }

  /** The write. */
  int overlooked() {
    return overlooked;
  }

  /** Operations that wait for one another. */
  int[] circle() {
    return schedule.circle();
  }

  /** The last read of a write by the session. */
  int readerOf(int write) {
    return lastReader[write];
  }

  private boolean isExplained(int session) {
    reading = session;
    Arrays.fill(readersOf, 0);
    int sources = 0;
    for (int position = 1; position <= sessions.length(session); position++) {
      int row = sessions.at(session, position);
      int source = observed.source(row);
      if (source >= 0 && readersOf[source] == 0) {
        readersOf[source] = ++sources;
      }
      if (source >= 0) {
        lastReader[source] = row;
      }
    }
    Arrays.fill(known, 0, (sources + 1) * width, 0);
    for (int other = 0; other < width; other++) {
      schedule.limit(
          other, other == session ? sessions.length(session) : past.knows(session, other));
    }
    do {
      isNew = false;
      Arrays.fill(now, 0);
      Arrays.fill(hasRead, false);
      if (!schedule.run(this)) {
        return false;
      }
    } while (isNew && lateRead == NONE);
    return lateRead == NONE;
  }

  @Override
  public int visit(int row) {
    int session = sessions.session[row];
    int own = session * width;
    if (!hasRead[session]) {
      int missing = schedule.missingCause(row);
      if (missing != Schedule.DONE) {
        return missing;
      }
      join(own, observed.source(row));
      join(own, sessions.follows(row));
      join(own, sessions.anchor(row));
      if (session == reading) {
        read(row, own);
      }
      hasRead[session] = true;
    }
    if (readersOf[row] != 0) {
      int missing = afterOthers(row, own);
      if (missing != Schedule.DONE) {
        return missing;
      }
    }
    hasRead[session] = false;
    now[own + session] = sessions.position[row];
    if (slot[row] != 0) {
      System.arraycopy(now, own, clocks, slot[row] * width, width);
    }
    return Schedule.DONE;
  }

  private void join(int own, int other) {
    if (other >= 0 && now[own + sessions.session[other]] < sessions.position[other]) {
      int theirs = slot[other] * width;
      for (int i = 0; i < width; i++) {
        now[own + i] = Math.max(now[own + i], clocks[theirs + i]);
      }
    }
  }

  private void read(int row, int own) {
    int source = observed.source(row);
    if (source >= 0) {
      int there = readersOf[source] * width;
      for (int i = 0; i < width; i++) {
        isNew |= now[own + i] > known[there + i];
        known[there + i] = Math.max(known[there + i], now[own + i]);
      }
    } else if (source == Observed.INITIAL && lateRead == NONE) {
      overlooked = sessions.knownWrite(observed.key[row], now, own);
      lateRead = overlooked == NONE ? NONE : row;
    }
  }

  /** Puts a write after those of its key that must be before; or answers one that is not done. */
  private int afterOthers(int row, int own) {
    int key = observed.key[row];
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int other = lastBefore(row, lane);
      if (other != NONE) {
        if (!schedule.isDone(other)) {
          return other;
        }
        join(own, other);
      }
    }
    return Schedule.DONE;
  }

  private int lastBefore(int write, int lane) {
    if (readersOf[write] == 0) {
      return NONE;
    }
    int theirs = sessions.laneSession(lane);
    int last = sessions.lastIn(lane, known[readersOf[write] * width + theirs]);
    int found = last == 0 ? NONE : sessions.at(theirs, last);
    return found == write ? NONE : found;
  }

  @Override
  public void before(int row, IntConsumer each) {
    int key = observed.key[row];
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int other = lastBefore(row, lane);
      if (other != NONE) {
        each.accept(other);
      }
    }
  }
}
