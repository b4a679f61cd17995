package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * The operations of one key that can matter, in the order of their invocations, prepared for a
 * search: those that failed, and those of unknown outcome that could change nothing, are left out.
 *
 * <p>Each operation has a place among the open ones. The place of an operation that returned is
 * taken by a later one, so that there are as many as operations were open at once; one that never
 * returned keeps its place. A search walks along the returns, back and forth: {@code before} says
 * who had the place before.
 */
final class KeyOperations {
  /** The operation that is at no place, the value that is not needed. */
  static final int NOBODY = -1;

  static final int NO_VALUE = Integer.MIN_VALUE + 2;

  final int count;

  /** By operation: its number in the history, what it asked, and what it was answered. */
  final int[] index;

  final Kind[] kind;
  final int[] argument;
  final int[] expected;
  final int[] result;

  /** Whether it changes nothing in any state. */
  final boolean[] pure;

  /** The state that it needs, and the one that it makes whenever it changes something. */
  final int[] needs;

  final int[] makes;

  /** Equal for operations that are interchangeable. */
  final int[] group;

  /** By operation: its return's number, {@link Integer#MAX_VALUE} if there is none. */
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

  /** Whether states grow: then no operation makes a state that is known beforehand. */
  final boolean grows;

  final boolean counts;

  KeyOperations(History history, int[] operations, int from, int to, int absent) {
    int[] kept = new int[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      if (matters(history, operations[i])) {
        kept[size++] = operations[i];
      }
    }
    count = size;
    index = inOrder(history, Arrays.copyOf(kept, size));
    kind = new Kind[size];
    argument = new int[size];
    expected = new int[size];
    result = new int[size];
    pure = new boolean[size];
    needs = new int[size];
    makes = new int[size];
    group = new int[size];
    returnOf = new int[size];
    place = new int[size];
    before = new int[size];
    boolean anyAppend = false;
    boolean anyAdd = false;
    for (int i = 0; i < size; i++) {
      describe(history, i, absent);
      anyAppend |= kind[i] == Kind.APPEND;
      anyAdd |= kind[i] == Kind.ADD;
    }
    grows = anyAppend;
    counts = anyAdd;
    assignGroups();
    returning = orderOfReturns(history);
    returns = returning.length;
    invokedBy = new int[returns];
    int[] used = assignPlaces(history);
    places = used[0];
    unknowns = used[1];
  }

  private static boolean matters(History history, int operation) {
    Outcome outcome = history.outcome(operation);
    if (outcome == Outcome.FAIL) {
      return false;
    }
    if (history.kind(operation) == Kind.READ) {
      return outcome == Outcome.OK && history.result(operation) != Values.NONE;
    }
    return outcome == Outcome.OK
        || history.kind(operation) != Kind.CAS
        || history.argument(operation) != history.expected(operation);
  }

  private static int[] inOrder(History history, int[] operations) {
    for (int i = 1; i < operations.length; i++) {
      if (history.invoked(operations[i]) < history.invoked(operations[i - 1])) {
        return Sorting.by(operations, history::invoked);
      }
    }
    return operations;
  }

  private void describe(History history, int i, int absent) {
    int operation = index[i];
    boolean known = history.outcome(operation) == Outcome.OK;
    kind[i] = history.kind(operation);
    argument[i] = history.argument(operation);
    expected[i] = history.expected(operation);
    result[i] = history.result(operation);
    needs[i] = NO_VALUE;
    makes[i] = NO_VALUE;
    switch (kind[i]) {
      case READ -> {
        pure[i] = true;
        needs[i] = result[i];
      }
      case WRITE -> makes[i] = argument[i];
      case DELETE -> makes[i] = absent;
      case CAS -> {
        if (!known) {
          // It is placed only where it takes effect: anywhere else it may as well not be.
          result[i] = Values.TRUE;
        }
        pure[i] = result[i] == Values.FALSE || argument[i] == expected[i];
        needs[i] = result[i] == Values.TRUE && known ? expected[i] : NO_VALUE;
        makes[i] = pure[i] ? NO_VALUE : argument[i];
      }
      default -> {}
    }
  }

  private void assignGroups() {
    LongTable arguments = new LongTable();
    LongTable groups = new LongTable();
    for (int i = 0; i < count; i++) {
      // Two steps make one number of four: kind and argument, then that, expectation and result.
      int asked = number(arguments, (long) argument[i] << 3 | kind[i].code());
      int compared = number(arguments, (long) expected[i] << 32 | asked);
      group[i] = number(groups, (long) result[i] << 32 | compared);
    }
  }

  private static int number(LongTable table, long key) {
    int known = table.get(key);
    if (known == LongTable.ABSENT) {
      known = table.size();
      table.put(key, known);
    }
    return known;
  }

  private int[] orderOfReturns(History history) {
    int[] returned = new int[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      returnOf[i] = Integer.MAX_VALUE;
      if (history.returned(index[i]) != History.NEVER) {
        returned[size++] = i;
      }
    }
    int[] order =
        Sorting.by(Arrays.copyOf(returned, size), operation -> history.returned(index[operation]));
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
              || history.invoked(index[invoked]) <= history.returned(index[returning[i]]))) {
        before[invoked] = NOBODY;
        if (returnOf[invoked] == Integer.MAX_VALUE) {
          place[invoked] = unknown++;
        } else if (freed > 0) {
          place[invoked] = free[--freed];
          before[invoked] = last[place[invoked]];
        } else {
          place[invoked] = used++;
        }
        if (returnOf[invoked] != Integer.MAX_VALUE) {
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
