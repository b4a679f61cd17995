package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * The operations of one key, or of keys that belong together, prepared for a search: those that can
 * matter, in the order of their invocations.
 *
 * <p>Each operation has a place among the open ones. The place of an operation that returned is
 * taken by a later one, so that there are as many as operations were open at once; one that never
 * returned keeps its place. A search walks along the returns, back and forth: {@code before} says
 * who had the place before.
 */
final class KeyOperations {
  /** The operation that is at no place. */
  static final int NOBODY = -1;

  /** The return of an operation that does not return. */
  static final int NEVER = Integer.MAX_VALUE;

  /** No key. */
  static final int NOWHERE = -1;

  final int count;

  /** The value of what is absent. */
  final int absent;

  /** By operation: its first row in the history. */
  final int[] row;

  /** What they ask. */
  final Parts parts;

  /** Whether it returns, and changes nothing in any state. */
  final boolean[] pure;

  /** Equal for operations that are interchangeable. */
  final int[] twin;

  /** The only key that it changes without looking at it, or {@link #NOWHERE}. */
  final int[] hiddenIn;

  /** The only key of a compare-and-set that may have taken place, or {@link #NOWHERE}. */
  final int[] optionalIn;

  /** By operation: its return's number, or {@link #NEVER}. */
  final int[] returnOf;

  /** By return: whose it is, and how many operations were invoked by then. */
  final int[] returning;

  final int[] invokedBy;
  final int returns;

  /** By operation: its place, which counts from 0 anew for those without a return. */
  final int[] place;

  final int[] before;
  final int places;
  final int unknowns;

  /** Takes the rows that stand in the list between two places. */
  KeyOperations(History history, int[] rows, int from, int to, Values values, int absent) {
    row = inOrder(history, firstRows(history, rows, from, to));
    count = row.length;
    this.absent = absent;
    parts = new Parts(history, row, values, absent);
    hiddenIn = new int[count];
    optionalIn = new int[count];
    twin = new int[count];
    pure = new boolean[count];
    returnOf = new int[count];
    place = new int[count];
    before = new int[count];
    returning = orderOfReturns(history);
    describe();
    returns = returning.length;
    invokedBy = new int[returns];
    int[] used = assignPlaces(history);
    places = used[0];
    unknowns = used[1];
  }

  /** Describes the operations by their parts, once more if more has become known of these. */
  void describe() {
    System.arraycopy(parts.twins(), 0, twin, 0, count);
    for (int i = 0; i < count; i++) {
      hiddenIn[i] = parts.hiddenIn(i);
      boolean isOptional = parts.isOfOneKey() && parts.optional[i];
      optionalIn[i] = isOptional ? parts.onlySlot(i) : NOWHERE;
      pure[i] = returnOf[i] != NEVER && parts.isPure(i);
    }
  }

  /** The key in which it need not be placed where that would not be seen. */
  int excusedIn(int operation) {
    return hiddenIn[operation] == NOWHERE ? optionalIn[operation] : hiddenIn[operation];
  }

  /** By operation that matters: the first of its rows that does. */
  private static int[] firstRows(History history, int[] rows, int from, int to) {
    int[] kept = new int[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      boolean isNext = size > 0 && Parts.isOfGroup(history, rows[i], kept[size - 1]);
      if (!isNext && Parts.matters(history, rows[i])) {
        kept[size++] = rows[i];
      }
    }
    return Arrays.copyOf(kept, size);
  }

  private static int[] inOrder(History history, int[] rows) {
    long[] invoked = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      invoked[i] = history.invoked(rows[i]);
    }
    Sorting.sort(invoked, rows);
    return rows;
  }

  private int[] orderOfReturns(History history) {
    int[] order = new int[count];
    long[] returned = new long[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      returnOf[i] = NEVER;
      if (history.returned(row[i]) != History.NEVER) {
        order[size] = i;
        returned[size++] = history.returned(row[i]);
      }
    }
    order = Arrays.copyOf(order, size);
    Sorting.sort(returned, order);
    for (int i = 0; i < size; i++) {
      returnOf[order[i]] = i;
    }
    return order;
  }

  /** Answers how many places were used, and how many operations have no return. */
  private int[] assignPlaces(History history) {
    int[] free = new int[count];
    int[] last = new int[count];
    int freed = 0;
    int used = 0;
    int unknown = 0;
    int invoked = 0;
    for (int i = 0; i <= returns; i++) {
      while (invoked < count
          && (i == returns
              || history.invoked(row[invoked]) <= history.returned(row[returning[i]]))) {
        before[invoked] = NOBODY;
        if (returnOf[invoked] == NEVER) {
          place[invoked] = unknown++;
        } else if (freed > 0) {
          place[invoked] = free[--freed];
          before[invoked] = last[place[invoked]];
        } else {
          place[invoked] = used++;
        }
        if (returnOf[invoked] != NEVER) {
          last[place[invoked]] = invoked;
        }
        invoked++;
      }
      if (i < returns) {
        invokedBy[i] = invoked;
        free[freed++] = place[returning[i]];
      }
    }
    return new int[] {used, unknown};
  }
}
