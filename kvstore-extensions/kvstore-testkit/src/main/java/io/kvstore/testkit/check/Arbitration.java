package io.kvstore.testkit.check;

import java.util.function.IntConsumer;

/**
 * The search for one order of all writes that explains what every session read: causal convergence.
 *
 * <p>A write that a reader knows, but did not read, must come before the one of the same key that
 * it read. With the causes this must not run in a circle (pattern CyclicCF); any order of all that
 * is then an order that explains the reads. All readers of a write together know one position for
 * each session, so a write waits for at most as many others as its key has lanes.
 */
final class Arbitration implements Schedule.Visitor, Past.Reader, Circle.Conflicts {
  private static final int NONE = Sessions.NONE;

  private final Sessions sessions;
  private final Observed observed;
  private final Schedule schedule;
  private final int width;

  /** By write: where it is found what its readers know; 0 if it was never read. */
  private final int[] readersOf;

  private final int[] known;

  /** By session: the lane that its next write has come to. */
  private final int[] lane;

  /** The first read of what had been there before a write that it knows. */
  private int lateRead = NONE;

  private int overlooked = NONE;

  Arbitration(Sessions sessions, Spending spending) {
    this.sessions = sessions;
    observed = sessions.observed;
    schedule = new Schedule(sessions, spending);
    width = sessions.count;
    int size = sessions.session.length;
    readersOf = spending.ints(size);
    lane = spending.ints(width);
    long read = 1;
    for (int row = 0; row < size; row++) {
      int source = observed.source(row);
      if (source >= 0 && readersOf[source] == 0) {
        readersOf[source] = (int) read++;
      }
    }
    known = spending.ints(read * width);
  }

  /** Takes down what the readers of a write know. */
  @Override
  public void read(int row, int[] clocks, int from) {
    int source = observed.source(row);
    if (source >= 0) {
      int there = readersOf[source] * width;
      for (int i = 0; i < width; i++) {
        known[there + i] = Math.max(known[there + i], clocks[from + i]);
      }
    } else if (source == Observed.INITIAL && lateRead == NONE) {
      overlooked = sessions.knownWrite(observed.key[row], clocks, from);
      lateRead = overlooked == NONE ? NONE : row;
    }
  }

  /** A read of what was there initially, though it knows of a write; none if there is no such. */
  int lateRead() {
    return lateRead;
  }

  /** The write that it knows of. */
  int overlooked() {
    return overlooked;
  }

  /** Whether there is such an order. */
  boolean exists() {
    return schedule.run(this);
  }

  /** Operations that wait for one another. */
  int[] circle() {
    return schedule.circle();
  }

  @Override
  public int visit(int row) {
    int missing = schedule.missingCause(row);
    if (missing != Schedule.DONE) {
      return missing;
    }
    return readersOf[row] == 0 ? Schedule.DONE : earlierWrite(row);
  }

  /** A write that must be before this one and is not done. */
  private int earlierWrite(int row) {
    int session = sessions.session[row];
    int key = observed.key[row];
    int readers = readersOf[row] * width;
    int end = sessions.lanesTo(key);
    for (int i = Math.max(lane[session], sessions.lanesFrom(key)); i < end; i++) {
      int theirs = sessions.laneSession(i);
      int bound = known[readers + theirs];
      int done = schedule.done(theirs);
      if (bound > done) {
        int last = sessions.lastIn(i, bound);
        if (last > done && (theirs != session || last != sessions.position[row])) {
          lane[session] = i;
          return sessions.at(theirs, last);
        }
      }
    }
    lane[session] = 0;
    return Schedule.DONE;
  }

  private int lastBefore(int row, int itsLane) {
    if (readersOf[row] == 0) {
      return NONE;
    }
    int theirs = sessions.laneSession(itsLane);
    int last = sessions.lastIn(itsLane, known[readersOf[row] * width + theirs]);
    int found = last == 0 ? NONE : sessions.at(theirs, last);
    return found == row ? NONE : found;
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
