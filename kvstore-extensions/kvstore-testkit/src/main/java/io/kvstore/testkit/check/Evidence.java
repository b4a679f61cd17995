package io.kvstore.testkit.check;

import java.util.Arrays;

/**
 * What is certain about the value of a key, whatever the order is: an operation that needs or makes
 * a value tells that no other was there at some time between its invocation and its return.
 */
final class Evidence {
  /** What an operation tells that needs one value and makes another: against every value. */
  private static final int AGAINST_ALL = Integer.MIN_VALUE + 3;

  private final KeyOperations operations;

  /**
   * By operation: the first return of it or a later one that tells anything; what it tells; and the
   * first return of one that tells something else.
   */
  private final int[] first;

  private final int[] told;
  private final int[] second;

  Evidence(KeyOperations operations, Demands demands) {
    this.operations = operations;
    first = new int[operations.count + 1];
    told = new int[operations.count + 1];
    second = new int[operations.count + 1];
    Arrays.fill(first, KeyOperations.NEVER);
    Arrays.fill(second, KeyOperations.NEVER);
    for (int i = operations.count - 1; i >= 0; i--) {
      first[i] = first[i + 1];
      told[i] = told[i + 1];
      second[i] = second[i + 1];
      add(i, operations.returnOf[i], tells(demands, i));
    }
  }

  /**
   * The first operation that cannot find a value any more that was made by one that returned: in
   * between, another value was there. Of those that come before it nothing is certain.
   */
  int lostFor(int returnOfMaker, int value) {
    if (returnOfMaker == KeyOperations.NEVER) {
      return KeyOperations.NEVER;
    }
    int from = returnOfMaker < 0 ? 0 : operations.invokedBy[returnOfMaker];
    int until = firstAgainst(value, from);
    return until == KeyOperations.NEVER ? until : operations.invokedBy[until];
  }

  /** Whether another value was certainly there at some time while the operation was open. */
  boolean isAgainst(int value, int operation) {
    return firstAgainst(value, operation + 1) < operations.returnOf[operation];
  }

  private int firstAgainst(int value, int from) {
    return told[from] == value ? second[from] : first[from];
  }

  private void add(int i, int itsReturn, int tells) {
    if (itsReturn == KeyOperations.NEVER || tells == Parts.NO_VALUE) {
      return;
    }
    if (itsReturn < first[i]) {
      second[i] = told[i] == tells ? second[i] : first[i];
      first[i] = itsReturn;
      told[i] = tells;
    } else if (tells != told[i] || tells == AGAINST_ALL) {
      second[i] = Math.min(second[i], itsReturn);
    }
  }

  private static int tells(Demands demands, int operation) {
    if (demands.optional[operation]) {
      return Parts.NO_VALUE;
    }
    int needed = demands.needs[operation];
    int made = demands.makes[operation];
    if (needed == Parts.NO_VALUE || made == Parts.NO_VALUE) {
      return needed == Parts.NO_VALUE ? made : needed;
    }
    return needed == made ? needed : AGAINST_ALL;
  }
}
