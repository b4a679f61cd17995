package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The check of a register whose written values are all distinct, in O(n log n): the zones of
 * Gibbons and Korach, "Testing shared memories" (SIAM Journal on Computing 26(4), 1997).
 *
 * <p>A write and the reads of its value are a cluster, which must stand together in any order. Its
 * zone spans the earliest return and the latest invocation of its members. A zone is forward if the
 * return comes first: then the value was there throughout the zone. Else it is backward, and some
 * point within it is enough.
 *
 * <pre>
 *   write 1 |---|                                 forward: from here ↓
 *   read 1            |---|                            |---|‾‾‾‾‾‾|---|  to here ↑
 * </pre>
 *
 * <p>There is an order if and only if no value is read before it could be written, no two forward
 * zones overlap, and no backward zone lies within a forward one. Clusters come in the order of
 * their writes' invocations, which is nearly that of their zones: the sort is by insertion until
 * that turns out to be slow.
 */
final class Zones {
  /** What {@link #check} answers. */
  enum Finding {
    HOLDS,
    BROKEN,
    /**
     * Some value was written twice, something else was asked, or a write tells what it replaced.
     */
    NOT_APPLICABLE
  }

  private static final int INITIAL = 0;
  private static final long BEGINNING = Long.MIN_VALUE;

  private final History history;
  private final int initial;

  /** By value: its cluster, in the turn (the key) that stands beside it. */
  private final int[] clusterOf;

  private final int[] turnOf;
  private int turn;

  /** By cluster: the time of its earliest return and of its latest invocation, and its write. */
  private long[] firstReturn = new long[16];

  private long[] lastInvoked = new long[16];
  private int[] write = new int[16];
  private int clusters;

  private String reason = "";
  private List<Integer> conflict = List.of();

  Zones(History history, int initial) {
    this.history = history;
    this.initial = initial;
    clusterOf = new int[history.values().size()];
    turnOf = new int[history.values().size()];
  }

  /** Judges the operations of one key, which stand in the list between two places. */
  Finding check(int[] operations, int from, int to) {
    turn++;
    clusters = 1;
    firstReturn[INITIAL] = BEGINNING;
    lastInvoked[INITIAL] = BEGINNING;
    if (!gatherWrites(operations, from, to)) {
      return Finding.NOT_APPLICABLE;
    }
    if (!gatherReads(operations, from, to)) {
      return Finding.BROKEN;
    }
    return compareZones(operations, from, to) ? Finding.HOLDS : Finding.BROKEN;
  }

  /** Why the last check found it broken. */
  String reason() {
    return reason;
  }

  /** The operations that the last check found in conflict. */
  List<Integer> conflict() {
    return conflict;
  }

  private boolean gatherWrites(int[] operations, int from, int to) {
    for (int i = from; i < to; i++) {
      int operation = operations[i];
      Kind kind = history.kind(operation);
      if (kind == Kind.READ || history.outcome(operation) == Outcome.FAIL) {
        continue;
      }
      int value = history.argument(operation);
      if (kind != Kind.WRITE
          || value == initial
          || turnOf[value] == turn
          || history.result(operation) != Values.NONE) {
        return false;
      }
      turnOf[value] = turn;
      clusterOf[value] = begin(operation);
    }
    return true;
  }

  private int begin(int operation) {
    if (clusters == write.length) {
      firstReturn = Arrays.copyOf(firstReturn, clusters * 2);
      lastInvoked = Arrays.copyOf(lastInvoked, clusters * 2);
      write = Arrays.copyOf(write, clusters * 2);
    }
    firstReturn[clusters] = history.returned(operation);
    lastInvoked[clusters] = history.invoked(operation);
    write[clusters] = operation;
    return clusters++;
  }

  private boolean gatherReads(int[] operations, int from, int to) {
    for (int i = from; i < to; i++) {
      int operation = operations[i];
      int value = history.result(operation);
      if (value == Values.NONE
          || history.kind(operation) != Kind.READ
          || history.outcome(operation) != Outcome.OK) {
        continue;
      }
      int cluster = INITIAL;
      if (value != initial) {
        if (turnOf[value] != turn) {
          return broken("a value was read that nobody wrote", List.of(operation));
        }
        cluster = clusterOf[value];
        if (history.returned(operation) < history.invoked(write[cluster])) {
          return broken(
              "a value was read before it was written", List.of(operation, write[cluster]));
        }
      }
      firstReturn[cluster] = Math.min(firstReturn[cluster], history.returned(operation));
      lastInvoked[cluster] = Math.max(lastInvoked[cluster], history.invoked(operation));
    }
    return true;
  }

  private boolean compareZones(int[] operations, int from, int to) {
    long[] starts = new long[clusters];
    long[] ends = new long[clusters];
    int forward = 0;
    for (int i = 0; i < clusters; i++) {
      if (firstReturn[i] < lastInvoked[i]) {
        starts[forward] = firstReturn[i];
        ends[forward++] = lastInvoked[i];
      }
    }
    // Starts and ends are sorted apart: intervals are disjoint if and only if each of the sorted
    // ends is before the next of the sorted starts, and then both sorts give the same order.
    sort(starts, forward);
    sort(ends, forward);
    for (int i = 1; i < forward; i++) {
      if (starts[i] < ends[i - 1]) {
        return overlap(operations, from, to);
      }
    }
    int near = 0;
    for (int i = 0; i < clusters; i++) {
      if (firstReturn[i] >= lastInvoked[i]) {
        near = lastBefore(lastInvoked[i], starts, forward, near);
        if (near >= 0 && firstReturn[i] < ends[near]) {
          return overlap(operations, from, to);
        }
        near = Math.max(near, 0);
      }
    }
    return true;
  }

  /** The last start before the time, -1 if there is none; looks near the last one found first. */
  private static int lastBefore(long time, long[] starts, int count, int near) {
    int at = near;
    for (int tries = 0; tries < 16; tries++) {
      if (at >= 0 && at < count && starts[at] >= time) {
        at--;
      } else if (at + 1 < count && starts[at + 1] < time) {
        at++;
      } else {
        return Math.min(at, count - 1);
      }
    }
    int found = Arrays.binarySearch(starts, 0, count, time);
    int firstNotBefore = found >= 0 ? found : -found - 1;
    while (firstNotBefore > 0 && starts[firstNotBefore - 1] == time) {
      firstNotBefore--;
    }
    return firstNotBefore - 1;
  }

  private static void sort(long[] times, int count) {
    long moves = 0;
    long affordable = 16L * count;
    for (int i = 1; i < count; i++) {
      long time = times[i];
      int j = i - 1;
      while (j >= 0 && times[j] > time) {
        times[j + 1] = times[j];
        j--;
      }
      times[j + 1] = time;
      moves += i - 1 - j;
      if (moves > affordable) {
        Arrays.sort(times, 0, count);
        return;
      }
    }
  }

  /** Finds two clusters of which neither can stand before the other; there are such. */
  private boolean overlap(int[] operations, int from, int to) {
    Integer[] byStart = new Integer[clusters];
    Arrays.setAll(byStart, i -> i);
    Arrays.sort(byStart, (a, b) -> Long.compare(firstReturn[a], firstReturn[b]));
    int longest = byStart[0];
    for (int i = 1; i < clusters; i++) {
      int cluster = byStart[i];
      if (firstReturn[cluster] < lastInvoked[longest]
          && firstReturn[longest] < lastInvoked[cluster]) {
        return conflict(longest, cluster, operations, from, to);
      }
      if (lastInvoked[cluster] > lastInvoked[longest]) {
        longest = cluster;
      }
    }
    throw new AssertionError("zones overlap, but none was found");
  }

  private boolean conflict(int one, int other, int[] operations, int from, int to) {
    List<Integer> found = new ArrayList<>();
    for (int cluster : new int[] {one, other}) {
      if (cluster != INITIAL) {
        found.add(write[cluster]);
      }
      for (int i = from; i < to; i++) {
        int operation = operations[i];
        if (history.kind(operation) == Kind.READ
            && history.result(operation) != Values.NONE
            && (cluster == INITIAL
                ? history.result(operation) == initial
                : history.result(operation) == history.argument(write[cluster]))
            && (history.returned(operation) == firstReturn[cluster]
                || history.invoked(operation) == lastInvoked[cluster])
            && !found.contains(operation)) {
          found.add(operation);
        }
      }
    }
    return broken("each of two values was there before the other was gone", found);
  }

  private boolean broken(String why, List<Integer> which) {
    reason = why;
    conflict = which;
    return false;
  }
}
