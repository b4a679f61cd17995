package io.kvstore.testkit.check;

import java.util.Arrays;

/**
 * Goes through the sessions side by side, each in its order, in the order of the history wherever
 * that can be: an operation that must wait for another one stops its session until that is done. If
 * operations wait for one another in a circle, it ends before all is done.
 */
final class Schedule {
  /** What is done with each operation. */
  interface Visitor {
    /** Visits the operation, or answers which one it waits for; {@link #DONE} if for none. */
    int visit(int row);
  }

  static final int DONE = -1;

  private static final int NOBODY = -1;

  private final Sessions sessions;
  private final Spending spending;
  private final int[] limit;

  /** By session: how many operations are done, what is waited for, and who else waits there. */
  private final int[] done;

  private final int[] awaited;
  private final int[] firstWaiting;
  private final int[] nextWaiting;
  private final int[] nearest;
  private final int[] ready;
  private int readyCount;

  Schedule(Sessions sessions, Spending spending) {
    this.sessions = sessions;
    this.spending = spending;
    done = new int[sessions.count];
    awaited = new int[sessions.count];
    firstWaiting = new int[sessions.count];
    nextWaiting = new int[sessions.count];
    nearest = new int[sessions.count];
    ready = new int[sessions.count];
    limit = new int[sessions.count];
    Arrays.setAll(limit, sessions::length);
  }

  /** Leaves out what a session did after the position. */
  void limit(int session, int itsLast) {
    limit[session] = itsLast;
  }

  /** How many operations of a session are done. */
  int done(int session) {
    return done[session];
  }

  /** Whether an operation is done. */
  boolean isDone(int row) {
    return done[sessions.session[row]] >= sessions.position[row];
  }

  /** What an operation is caused by and is not done; {@link #DONE} if there is nothing. */
  int missingCause(int row) {
    int source = sessions.observed.source(row);
    if (source >= 0 && !isDone(source)) {
      return source;
    }
    int told = sessions.follows(row);
    if (told != Sessions.NONE && !isDone(told)) {
      return told;
    }
    int anchor = sessions.anchor(row);
    return anchor != Sessions.NONE && !isDone(anchor) ? anchor : DONE;
  }

  /** Visits all operations; false if some wait for one another. */
  boolean run(Visitor visitor) {
    Arrays.fill(done, 0);
    Arrays.fill(awaited, NOBODY);
    Arrays.fill(firstWaiting, NOBODY);
    Arrays.fill(nearest, Integer.MAX_VALUE);
    for (int row = 0; row < sessions.session.length; row++) {
      int session = sessions.session[row];
      if (session != Sessions.NONE
          && awaited[session] == NOBODY
          && sessions.position[row] <= limit[session]) {
        visit(visitor, session, row);
        while (readyCount > 0) {
          goOn(visitor, ready[--readyCount], row);
        }
      }
    }
    for (int session = 0; session < done.length; session++) {
      if (awaited[session] != NOBODY) {
        return false;
      }
    }
    return true;
  }

  /** A session that waited goes on, until it waits again or has come as far as the others. */
  private void goOn(Visitor visitor, int session, int upTo) {
    while (awaited[session] == NOBODY && done[session] < limit[session]) {
      int row = sessions.at(session, done[session] + 1);
      if (row > upTo) {
        return;
      }
      visit(visitor, session, row);
    }
  }

  private void visit(Visitor visitor, int session, int row) {
    spending.checkTimeSometimes();
    int other = visitor.visit(row);
    if (other != DONE) {
      awaited[session] = other;
      int there = sessions.session[other];
      nextWaiting[session] = firstWaiting[there];
      firstWaiting[there] = session;
      nearest[there] = Math.min(nearest[there], sessions.position[other]);
      return;
    }
    done[session]++;
    if (done[session] >= nearest[session]) {
      wake(session);
    }
  }

  private void wake(int session) {
    int waiting = firstWaiting[session];
    firstWaiting[session] = NOBODY;
    nearest[session] = Integer.MAX_VALUE;
    while (waiting != NOBODY) {
      int next = nextWaiting[waiting];
      int needed = sessions.position[awaited[waiting]];
      if (needed <= done[session]) {
        awaited[waiting] = NOBODY;
        ready[readyCount++] = waiting;
      } else {
        nextWaiting[waiting] = firstWaiting[session];
        firstWaiting[session] = waiting;
        nearest[session] = Math.min(nearest[session], needed);
      }
      waiting = next;
    }
  }

  /** After a run that did not do all: operations that wait for one another in a circle. */
  int[] circle() {
    int session = 0;
    while (awaited[session] == NOBODY) {
      session++;
    }
    for (int i = 0; i < done.length; i++) {
      session = sessions.session[awaited[session]]; // in the end it goes round
    }
    int[] circle = new int[done.length];
    int size = 0;
    int first = session;
    do {
      circle[size++] = sessions.at(session, done[session] + 1);
      session = sessions.session[awaited[session]];
    } while (session != first);
    return Arrays.copyOf(circle, size);
  }
}
