package io.kvstore.testkit.check;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** Sorts numbers of operations by a time of theirs. */
final class Sorting {
  private Sorting() {}

  /** The operations by ascending time; those of the same time stay as they were. */
  static int[] by(int[] operations, IntToLongFunction time) {
    long[] times = new long[operations.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = time.applyAsLong(operations[i]);
    }
    int[] sorted = operations.clone();
    // Nearly sorted is the rule, where insertion is the fastest; the rest pays for boxes.
    long moves = 0;
    long affordable = 64L * operations.length;
    for (int i = 1; i < sorted.length; i++) {
      int operation = sorted[i];
      long itsTime = times[i];
      int j = i - 1;
      while (j >= 0 && times[j] > itsTime) {
        times[j + 1] = times[j];
        sorted[j + 1] = sorted[j];
        j--;
      }
      times[j + 1] = itsTime;
      sorted[j + 1] = operation;
      moves += i - 1 - j;
      if (moves > affordable) {
        return byMerging(operations, time);
      }
    }
    return sorted;
  }

  private static int[] byMerging(int[] operations, IntToLongFunction time) {
    return Arrays.stream(operations)
        .boxed()
        .sorted((a, b) -> Long.compare(time.applyAsLong(a), time.applyAsLong(b)))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
