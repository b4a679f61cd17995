package io.kvstore.testkit.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** The search for the shortest way to say that operations wait for one another in a circle. */
final class Circle {
  /** What is known besides the causes. */
  interface Conflicts {
    /** Names what must be before an operation besides its causes. */
    void before(int row, IntConsumer each);
  }

  /** One operation that must be before another. */
  record Edge(int from, int to, boolean isConflict) {}

  private static final int NONE = Sessions.NONE;
  private static final int FAR = Integer.MAX_VALUE;
  private static final int MOST_STARTS = 4;

  private final Sessions sessions;
  private final Conflicts conflicts;
  private final Spending spending;

  /** By operation: how many edges it is away from the start, and the next one on the way. */
  private final int[] distance;

  private final int[] next;
  private int[] near = new int[64];
  private int nearCount;
  private int[] far = new int[64];
  private int farCount;

  Circle(Sessions sessions, Conflicts conflicts, Spending spending) {
    this.sessions = sessions;
    this.conflicts = conflicts;
    this.spending = spending;
    distance = spending.ints(sessions.session.length);
    next = spending.ints(sessions.session.length);
  }

  /** The edges of a circle through one of the operations, but those within a session. */
  List<Edge> through(int[] operations) {
    List<Edge> best = List.of();
    for (int i = 0; i < Math.min(MOST_STARTS, operations.length); i++) {
      List<Edge> found = through(operations[i]);
      if (best.isEmpty() || (!found.isEmpty() && found.size() < best.size())) {
        best = found;
      }
    }
    return best;
  }

  private List<Edge> through(int start) {
    Arrays.fill(distance, FAR);
    next[start] = NONE;
    nearCount = 0;
    farCount = 0;
    reach(start, NONE, 0, true);
    distance[start] = FAR; // so that it is reached again
    for (int level = 0; nearCount > 0; level++) {
      spending.checkTime();
      while (nearCount > 0) {
        int row = near[--nearCount];
        if (row == start && next[start] != NONE) {
          return edges(start);
        }
        if (distance[row] == level || row == start) {
          expand(row, level);
        }
      }
      int[] swapped = near;
      near = far;
      nearCount = farCount;
      far = swapped;
      farCount = 0;
    }
    return List.of();
  }

  private void expand(int row, int level) {
    int position = sessions.position[row];
    if (position > 1) {
      reach(sessions.at(sessions.session[row], position - 1), row, level, true);
    }
    reach(sessions.anchor(row), row, level, true);
    reach(sessions.observed.source(row), row, level + 1, false);
    reach(sessions.follows(row), row, level + 1, false);
    conflicts.before(row, other -> reach(other, row, level + 1, false));
  }

  private void reach(int row, int from, int itsDistance, boolean isNear) {
    if (row < 0 || distance[row] <= itsDistance) {
      return;
    }
    distance[row] = itsDistance;
    next[row] = from;
    if (isNear) {
      near = nearCount < near.length ? near : Arrays.copyOf(near, nearCount * 2);
      near[nearCount++] = row;
    } else {
      far = farCount < far.length ? far : Arrays.copyOf(far, farCount * 2);
      far[farCount++] = row;
    }
  }

  private List<Edge> edges(int start) {
    List<Edge> edges = new ArrayList<>();
    int row = start;
    do {
      int after = next[row];
      boolean isWithin =
          sessions.session[row] == sessions.session[after]
              ? sessions.position[row] < sessions.position[after]
              : sessions.anchor(after) == row;
      if (!isWithin) {
        boolean isCause = sessions.observed.source(after) == row || sessions.follows(after) == row;
        edges.add(new Edge(row, after, !isCause));
      }
      row = after;
    } while (row != start);
    return edges;
  }
}
