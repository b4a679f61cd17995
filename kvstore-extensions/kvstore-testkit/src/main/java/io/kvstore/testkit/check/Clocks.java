package io.kvstore.testkit.check;

/** What operations are after: for each a vector clock, which counts the operation itself. */
interface Clocks {
  /** The array in which the clocks are. */
  int[] clocks();

  /** Where the clock of an operation begins. */
  int from(int row);

  /** Whether an operation is after another, or is that one. */
  boolean isAfter(int row, int other);
}
