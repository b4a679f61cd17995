package io.kvstore.testkit.check;

import java.util.Arrays;

/** The longest order that a search has found, which is kept to explain why there is no longer. */
final class LongestOrder {
  private int[] operations = new int[16];
  private int length;
  private int returnsPassed = -1; // none was offered

  /** How much of it is also the beginning of the present order. */
  private int common;

  /** The present order has become shorter. */
  void shortenedTo(int ordered) {
    common = Math.min(common, ordered);
  }

  /** Keeps the present order, if it passes more returns, or as many and is longer. */
  void offer(int[] order, int ordered, int itsReturnsPassed) {
    if (itsReturnsPassed < returnsPassed
        || (itsReturnsPassed == returnsPassed && ordered <= length)) {
      return;
    }
    if (operations.length < ordered) {
      int capacity = Math.min(order.length, Math.max(ordered, operations.length * 2));
      operations = Arrays.copyOf(operations, capacity);
    }
    System.arraycopy(order, common, operations, common, ordered - common);
    common = ordered;
    length = ordered;
    returnsPassed = itsReturnsPassed;
  }

  int[] operations() {
    return Arrays.copyOf(operations, length);
  }

  /** How many operations have returned that all have their place in it. */
  int returnsPassed() {
    return Math.max(returnsPassed, 0);
  }
}
