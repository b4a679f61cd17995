package io.kvstore.testkit.check;

import java.util.Arrays;

/**
 * What each operation causally depends on: a vector clock with the position in each session up to
 * which it knows what was done (Fidge 1988, Mattern 1989).
 *
 * <p>Causes are the order of the sessions, that a read is after the write that it is from, and what
 * sessions were told. Only the present clocks of the sessions are kept, and those of operations
 * that others will still ask for.
 */
final class Past implements Schedule.Visitor, Clocks {
  /** Is shown each read with the clock of what is before it. */
  interface Reader {
    /** The clock is in the array from an index on. */
    void read(int row, int[] clocks, int from);
  }

  /** Says of an ambiguous read which write it may be from. */
  interface Chooser {
    /**
     * The write, or {@link Sessions#NONE}; one that is not done is waited for, and it is chosen
     * again then. The clock is of what is before.
     */
    int choose(int row, int[] clocks, int from);
  }

  private static final int NONE = Sessions.NONE;
  private static final int FOREVER = Integer.MAX_VALUE / 2;
  private static final int FIRST_SLOTS = 64;

  private final Sessions sessions;
  private final Observed observed;
  private final Spending spending;
  private final Schedule schedule;
  private final Reader reader;
  private Chooser chooser = (row, clocks, from) -> NONE;
  private final int width;

  /** By session: its clock now. */
  private final int[] now;

  /** By operation: where its clock is kept, and how many will still ask for it. */
  private final int[] slot;

  private final int[] asking;
  private final int[] order;
  private int visited;
  private int[] kept;
  private int slots;
  private int[] free = new int[FIRST_SLOTS];
  private int freed;

  Past(Sessions sessions, Spending spending, Reader reader) {
    this.sessions = sessions;
    this.spending = spending;
    this.reader = reader;
    observed = sessions.observed;
    schedule = new Schedule(sessions, spending);
    width = sessions.count;
    now = spending.ints((long) width * width);
    kept = spending.ints((long) FIRST_SLOTS * width);
    int size = sessions.session.length;
    slot = spending.ints(size);
    asking = spending.ints(size);
    order = spending.ints(size);
    for (int row = 0; row < size; row++) {
      if (sessions.session[row] != NONE) {
        count(row, observed.source(row));
        count(row, sessions.follows(row));
        count(row, sessions.anchor(row));
      }
    }
  }

  private void count(int row, int other) {
    if (other >= 0 && sessions.session[other] != sessions.session[row]) {
      asking[other]++;
    }
  }

  /** Takes what is chosen for a cause, too. */
  void choose(Chooser chooses) {
    chooser = chooses;
  }

  /** Whether an operation is done. */
  boolean isDone(int row) {
    return schedule.isDone(row);
  }

  /** Keeps the clock of an operation to the end. */
  void keep(int row) {
    asking[row] = FOREVER;
  }

  /** Whether the clock of an operation is there to the end. */
  boolean isKept(int row) {
    return asking[row] > FOREVER / 2 && isDone(row);
  }

  /** Keeps the clocks of all writes to the end. */
  void keepWrites() {
    for (int row = 0; row < asking.length; row++) {
      if (observed.writes(row)) {
        keep(row);
      }
    }
  }

  /** Finds the clocks; false if the causes run in a circle. */
  boolean run() {
    return schedule.run(this);
  }

  /** Operations that wait for one another. */
  int[] circle() {
    return schedule.circle();
  }

  /** The operations in the order in which they were visited. */
  int[] order() {
    return Arrays.copyOf(order, visited);
  }

  /** What a session knew when it ended. */
  int knows(int session, int of) {
    return now[session * width + of];
  }

  /** Of an operation whose clock is kept. */
  @Override
  public int from(int row) {
    return slot[row] * width;
  }

  @Override
  public int[] clocks() {
    return kept;
  }

  @Override
  public boolean isAfter(int row, int other) {
    return kept[from(row) + sessions.session[other]] >= sessions.position[other];
  }

  @Override
  public int visit(int row) {
    int missing = schedule.missingCause(row);
    if (missing != Schedule.DONE) {
      return missing;
    }
    int session = sessions.session[row];
    int own = session * width;
    int source = observed.source(row);
    if (source == Observed.AMBIGUOUS) {
      int chosen = chooser.choose(row, now, own);
      if (chosen >= 0 && !isDone(chosen)) {
        return chosen;
      }
      knowAll(own, chosen);
    } else {
      join(own, session, source);
    }
    join(own, session, sessions.follows(row));
    join(own, session, sessions.anchor(row));
    if (source != NONE) {
      reader.read(row, now, own);
    }
    order[visited++] = row;
    now[own + session] = sessions.position[row];
    if (asking[row] > 0) {
      keepClock(row, own);
    }
    return Schedule.DONE;
  }

  private void join(int own, int session, int other) {
    if (other < 0 || sessions.session[other] == session) {
      return;
    }
    if (now[own + sessions.session[other]] < sessions.position[other]) {
      knowAll(own, other);
    }
    if (--asking[other] == 0) {
      if (freed == free.length) {
        free = Arrays.copyOf(free, freed * 2);
      }
      free[freed++] = slot[other];
    }
  }

  private void knowAll(int own, int other) {
    if (other >= 0) {
      int theirs = slot[other] * width;
      for (int i = 0; i < width; i++) {
        now[own + i] = Math.max(now[own + i], kept[theirs + i]);
      }
    }
  }

  private void keepClock(int row, int own) {
    if (freed > 0) {
      slot[row] = free[--freed];
    } else {
      slot[row] = slots++;
      if ((long) slots * width > kept.length) {
        int[] larger = spending.ints(kept.length * 2L);
        System.arraycopy(kept, 0, larger, 0, kept.length);
        spending.give(kept);
        kept = larger;
      }
    }
    System.arraycopy(now, own, kept, slot[row] * width, width);
  }
}
