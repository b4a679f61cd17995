package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * What must be before what, if one order of all operations explains the history (Gibbons and
 * Korach, "Testing shared memories", SIAM J. Comput. 26(4), 1997).
 *
 * <p>Whatever is a cause comes first. A write that is before a read, but was not read, is before
 * the one that was read; a read is before any later write than the one that it read. This is done
 * until nothing is added. If it runs in a circle there is no such order; otherwise any order that
 * agrees with it is worth a try.
 */
final class TotalOrder implements Schedule.Visitor, Circle.Conflicts, Clocks {
  private static final int NONE = Sessions.NONE;

  private final Sessions sessions;
  private final Observed observed;
  private final Schedule schedule;
  private final int width;
  private final int[] now;

  /** By operation: what is before it. */
  private final int[] clocks;

  /** By write, and by key for what was there initially: where its readers are found, 0 if none. */
  private final int[] readersOf;

  private final int[] readersOfInitial;

  /** By the above: the last reader in each session, and what the readers know. */
  private final int[] readers;

  private final int[] known;

  /** By write: the one of the version before, where versions are believed. */
  private final int[] versionBefore;

  private final int[] order;
  private int ordered;
  private boolean isNew;

  TotalOrder(Sessions sessions, Spending spending, boolean believesVersions) {
    this.sessions = sessions;
    observed = sessions.observed;
    schedule = new Schedule(sessions, spending);
    width = sessions.count;
    int size = sessions.session.length;
    now = spending.ints((long) width * width);
    clocks = spending.ints((long) size * width);
    order = spending.ints(size);
    readersOf = spending.ints(size);
    readersOfInitial = spending.ints(observed.keys.count());
    int slots = 1;
    for (int row = 0; row < size; row++) {
      int source = observed.source(row);
      if (source >= 0 && readersOf[source] == 0) {
        readersOf[source] = slots++;
      } else if (source == Observed.INITIAL && readersOfInitial[observed.key[row]] == 0) {
        readersOfInitial[observed.key[row]] = slots++;
      }
    }
    readers = spending.ints((long) slots * width);
    known = spending.ints((long) slots * width);
    for (int row = 0; row < size; row++) {
      int source = observed.source(row);
      if (source >= 0 || source == Observed.INITIAL) {
        int slot = source >= 0 ? readersOf[source] : readersOfInitial[observed.key[row]];
        int at = slot * width + sessions.session[row];
        readers[at] = Math.max(readers[at], sessions.position[row]);
      }
    }
    versionBefore = spending.ints(size);
    Arrays.fill(versionBefore, NONE);
    if (believesVersions) {
      orderVersions();
    }
  }

  private void orderVersions() {
    History history = observed.history;
    ByKey keys = observed.keys;
    int[] writes = new int[history.size()];
    for (int key = 0; key < keys.count(); key++) {
      int count = 0;
      for (int i = keys.from(key); i < keys.to(key); i++) {
        int row = keys.operations()[i];
        if (observed.writes(row) && history.version(row) != Values.NONE) {
          writes[count++] = row;
        }
      }
      int[] sorted = Sorting.by(Arrays.copyOf(writes, count), history::version);
      for (int i = 1; i < count; i++) {
        versionBefore[sorted[i]] = sorted[i - 1];
      }
    }
  }

  /** Whether it does not run in a circle. */
  boolean mayExist() {
    do {
      isNew = false;
      ordered = 0;
      Arrays.fill(now, 0);
      if (!schedule.run(this)) {
        return false;
      }
    } while (isNew);
    return true;
  }

  /** One order that agrees with it. */
  int[] order() {
    return Arrays.copyOf(order, ordered);
  }

  /** Operations that wait for one another. */
  int[] circle() {
    return schedule.circle();
  }

  /** Whether all that must be before an operation is done, when sessions have come so far. */
  boolean allows(int row, int[] done) {
    int own = sessions.session[row];
    for (int i = 0; i < width; i++) {
      if (i != own && clocks[row * width + i] > done[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int[] clocks() {
    return clocks;
  }

  @Override
  public int from(int row) {
    return row * width;
  }

  @Override
  public boolean isAfter(int row, int other) {
    return clocks[row * width + sessions.session[other]] >= sessions.position[other];
  }

  @Override
  public int visit(int row) {
    int missing = schedule.missingCause(row);
    if (missing != Schedule.DONE) {
      return missing;
    }
    int session = sessions.session[row];
    int own = session * width;
    join(own, observed.source(row));
    join(own, sessions.follows(row));
    join(own, sessions.anchor(row));
    if (observed.writes(row)) {
      int waited = afterOthers(row, session, own);
      if (waited != Schedule.DONE) {
        return waited;
      }
    }
    now[own + session] = sessions.position[row];
    System.arraycopy(now, own, clocks, row * width, width);
    order[ordered++] = row;
    int source = observed.source(row);
    if (source >= 0) {
      int there = readersOf[source] * width;
      for (int i = 0; i < width; i++) {
        int before = i == session ? sessions.position[row] - 1 : now[own + i];
        isNew |= before > known[there + i];
        known[there + i] = Math.max(known[there + i], before);
      }
    }
    return Schedule.DONE;
  }

  private boolean join(int own, int other) {
    if (other < 0 || now[own + sessions.session[other]] >= sessions.position[other]) {
      return false;
    }
    for (int i = 0; i < width; i++) {
      now[own + i] = Math.max(now[own + i], clocks[other * width + i]);
    }
    return true;
  }

  /** Puts a write after all that must be before it; or answers something that is not done. */
  private int afterOthers(int row, int session, int own) {
    boolean again = true;
    while (again) {
      again = false;
      int count = collect(row, session, now, own);
      for (int i = 0; i < count; i++) {
        if (!schedule.isDone(found[i])) {
          return found[i];
        }
        again |= join(own, found[i]);
      }
    }
    return Schedule.DONE;
  }

  private int[] found = new int[16];

  /** What must be before a write, as far as it is seen from a clock. */
  private int collect(int row, int session, int[] clock, int from) {
    int count = add(0, versionBefore[row], row);
    int key = observed.key[row];
    count = addReaders(count, readersOfInitial[key], row);
    for (int lane = sessions.lanesFrom(key); lane < sessions.lanesTo(key); lane++) {
      int theirs = sessions.laneSession(lane);
      if (readersOf[row] != 0) {
        int last = sessions.lastIn(lane, known[readersOf[row] * width + theirs]);
        count = last == 0 ? count : add(count, sessions.at(theirs, last), row);
      }
      int bound = theirs == session ? sessions.position[row] - 1 : clock[from + theirs];
      int last = sessions.lastIn(lane, bound);
      if (last != 0) {
        count = addReaders(count, readersOf[sessions.at(theirs, last)], row);
      }
    }
    return count;
  }

  private int addReaders(int count, int slot, int row) {
    int added = count;
    for (int session = 0; slot != 0 && session < width; session++) {
      int position = readers[slot * width + session];
      added = position == 0 ? added : add(added, sessions.at(session, position), row);
    }
    return added;
  }

  private int add(int count, int other, int row) {
    if (other == NONE || other == row) {
      return count;
    }
    found = count < found.length ? found : Arrays.copyOf(found, count * 2);
    found[count] = other;
    return count + 1;
  }

  @Override
  public void before(int row, IntConsumer each) {
    if (!observed.writes(row)) {
      return;
    }
    int session = sessions.session[row];
    boolean isNext = sessions.position[row] == schedule.done(session) + 1;
    if (schedule.isDone(row) || isNext) {
      int[] clock = isNext ? now : clocks;
      int count = collect(row, session, clock, (isNext ? session : row) * width);
      int[] copy = Arrays.copyOf(found, count);
      Arrays.stream(copy).forEach(each);
    }
  }
}
