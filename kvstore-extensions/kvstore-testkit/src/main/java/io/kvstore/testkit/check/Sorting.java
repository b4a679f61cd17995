package io.kvstore.testkit.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToLongFunction;

/** Sorts numbers of operations by a time of theirs. */
final class Sorting {
  private static final int AFFORDABLE_MOVES = 64;

  private Sorting() {}

  /** The operations by ascending time; those of the same time stay as they were. */
  static int[] by(int[] operations, IntToLongFunction time) {
    long[] times = new long[operations.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = time.applyAsLong(operations[i]);
    }
    int[] sorted = operations.clone();
    sort(times, sorted);
    return sorted;
  }

  /** Sorts the operations, each with its time; those of the same time stay as they were. */
  static void sort(long[] times, int[] operations) {
    // Nearly sorted is the rule, where insertion is the fastest; the rest pays for objects.
    long moves = (long) AFFORDABLE_MOVES * operations.length;
    for (int i = 1; i < operations.length; i++) {
      long time = times[i];
      int operation = operations[i];
      int at = i;
      while (at > 0 && times[at - 1] > time) {
        times[at] = times[at - 1];
        operations[at] = operations[at - 1];
        at--;
      }
      times[at] = time;
      operations[at] = operation;
      moves -= i - at;
      if (moves < 0) {
        merge(times, operations);
        return;
      }
    }
  }

  private record Timed(long time, int operation) {}

  private static void merge(long[] times, int[] operations) {
    Timed[] timed = new Timed[operations.length];
    for (int i = 0; i < timed.length; i++) {
      timed[i] = new Timed(times[i], operations[i]);
    }
    Arrays.sort(timed, Comparator.comparingLong(Timed::time));
    for (int i = 0; i < timed.length; i++) {
      times[i] = timed[i].time();
      operations[i] = timed[i].operation();
    }
  }
}
