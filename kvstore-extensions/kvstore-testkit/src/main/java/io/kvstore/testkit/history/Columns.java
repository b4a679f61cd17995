package io.kvstore.testkit.history;

import java.util.Arrays;

/**
 * The operations of a history, column by column: about fifty bytes each. Those that many histories
 * do not have are empty until the first entry.
 */
final class Columns {
  private static final int SMALLEST = 64;

  int[] process = new int[SMALLEST];
  Kind[] kind = new Kind[SMALLEST];
  int[] key = new int[SMALLEST];
  int[] argument = new int[SMALLEST];
  int[] expected = new int[SMALLEST];
  int[] result = new int[SMALLEST];
  long[] invoked = new long[SMALLEST];
  long[] returned = new long[SMALLEST];
  Outcome[] outcome = new Outcome[SMALLEST];
  long[] node = {};
  long[] version = {};
  long[] replaced = {};
  long[] position = {};
  long[] follows = {};
  long[] group = {};
  int size;

  /** Adds an operation of which nothing is known but that it has begun; answers its number. */
  int add(int by, Kind asked, int onKey, int itsArgument, int itsExpected, long at) {
    if (size == process.length) {
      grow();
    }
    process[size] = by;
    kind[size] = asked;
    key[size] = onKey;
    argument[size] = itsArgument;
    expected[size] = itsExpected;
    result[size] = Values.NONE;
    invoked[size] = at;
    returned[size] = History.NEVER;
    outcome[size] = Outcome.UNKNOWN;
    return size++;
  }

  /** An operation has ended. */
  void end(int operation, Outcome how, long at) {
    if (at < invoked[operation]) {
      throw new IllegalArgumentException(
          "a return at " + at + ", expected one at " + invoked[operation] + " or later");
    }
    outcome[operation] = how;
    returned[operation] = at;
  }

  /** The column with a value in it, which may be its first. */
  long[] with(long[] column, int operation, long value) {
    long[] filled = column;
    if (column.length == 0) {
      filled = new long[process.length];
      Arrays.fill(filled, Values.NONE);
    }
    filled[operation] = value;
    return filled;
  }

  /** All from the first to the last take effect at one moment. */
  void together(int first) {
    if (group.length == 0) {
      group = new long[process.length];
      Arrays.setAll(group, i -> i);
    }
    Arrays.fill(group, first, size, first);
  }

  private void grow() {
    int capacity = size * 2;
    process = Arrays.copyOf(process, capacity);
    kind = Arrays.copyOf(kind, capacity);
    key = Arrays.copyOf(key, capacity);
    argument = Arrays.copyOf(argument, capacity);
    expected = Arrays.copyOf(expected, capacity);
    result = Arrays.copyOf(result, capacity);
    invoked = Arrays.copyOf(invoked, capacity);
    returned = Arrays.copyOf(returned, capacity);
    outcome = Arrays.copyOf(outcome, capacity);
    node = grown(node, capacity, false);
    version = grown(version, capacity, false);
    replaced = grown(replaced, capacity, false);
    position = grown(position, capacity, false);
    follows = grown(follows, capacity, false);
    group = grown(group, capacity, true);
  }

  private static long[] grown(long[] column, int capacity, boolean counts) {
    if (column.length == 0) {
      return column;
    }
    long[] larger = Arrays.copyOf(column, capacity);
    for (int i = column.length; i < capacity; i++) {
      larger[i] = counts ? i : Values.NONE;
    }
    return larger;
  }
}
