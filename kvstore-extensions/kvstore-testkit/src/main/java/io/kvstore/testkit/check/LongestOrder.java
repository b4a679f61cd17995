package io.kvstore.testkit.check;

import java.util.Arrays;

/** The longest order that a search has found, which is kept to explain why there is no longer. */
final class LongestOrder {
  private int[] operations = new int[16];
  private int length;
  private int nextReturn = -1;

  /** How much of it is also the beginning of the present order. */
  private int common;

  /** The present order has become shorter. */
  void shortenedTo(int ordered) {
    common = Math.min(common, ordered);
  }

  /** Keeps the present order, if it comes to a later return, or is longer at the same. */
  void offer(int[] order, int ordered, int itsNextReturn) {
    if (itsNextReturn < nextReturn || (itsNextReturn == nextReturn && ordered <= length)) {
      return;
    }
    if (operations.length < ordered) {
      int capacity = Math.min(order.length, Math.max(ordered, operations.length * 2));
      operations = Arrays.copyOf(operations, capacity);
    }
    System.arraycopy(order, common, operations, common, ordered - common);
    common = ordered;
    length = ordered;
    nextReturn = itsNextReturn;
  }

  int[] operations() {
    return Arrays.copyOf(operations, length);
  }

  /** The first return that it does not pass. */
  int nextReturn() {
    return Math.max(nextReturn, 0);
  }
}
