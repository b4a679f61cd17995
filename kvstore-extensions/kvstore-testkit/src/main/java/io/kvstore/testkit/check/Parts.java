package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * What each operation of a search asks of which key, and was answered. Most operations have one
 * part; those that take effect at one moment with others are one operation of several parts.
 */
final class Parts {
  /** The value that is not needed. */
  static final int NO_VALUE = Integer.MIN_VALUE + 2;

  /** By operation: its first part; the parts of the next one follow. */
  final int[] first;

  /** By part: its key, counted from 0 in this search. */
  final int[] slot;

  final Kind[] kind;
  final int[] argument;
  final int[] expected;
  final int[] result;

  /** Whether it is unknown whether it took place. */
  final boolean[] isUnknown;

  /** Whether it changes nothing in any state. */
  final boolean[] pure;

  /**
   * The state that it needs, or of an append the one that it must make, and the one that it makes
   * whenever it changes something.
   */
  final int[] needs;

  final int[] makes;

  /** The state that it needs to take effect. */
  final int[] waitsFor;

  /** The state in which it cannot be, or not without changing it. */
  final int[] avoids;

  /** Whether it is a compare-and-set that does not say whether it took place. */
  final boolean[] optional;

  private int[] keys = new int[4];
  private final LongTable slotOf = new LongTable();
  private final Values values;
  private final int absent;

  /** Takes the rows that belong to each of the operations, of which the first rows are given. */
  Parts(History history, int[] firstRows, Values values, int absent) {
    this.values = values;
    this.absent = absent;
    int rows = 0;
    first = new int[firstRows.length + 1];
    for (int i = 0; i < firstRows.length; i++) {
      for (int row = firstRows[i]; isOfGroup(history, row, firstRows[i]); row++) {
        rows += matters(history, row) ? 1 : 0;
      }
      first[i + 1] = rows;
    }
    slot = new int[rows];
    kind = new Kind[rows];
    argument = new int[rows];
    expected = new int[rows];
    result = new int[rows];
    isUnknown = new boolean[rows];
    pure = new boolean[rows];
    needs = new int[rows];
    makes = new int[rows];
    waitsFor = new int[rows];
    avoids = new int[rows];
    optional = new boolean[rows];
    for (int i = 0; i < firstRows.length; i++) {
      int part = first[i];
      for (int row = firstRows[i]; part < first[i + 1]; row++) {
        if (matters(history, row)) {
          describe(history, row, part++);
        }
      }
    }
  }

  /** Whether the operation can tell or change anything. */
  static boolean matters(History history, int row) {
    Outcome outcome = history.outcome(row);
    if (outcome == Outcome.FAIL) {
      return false;
    }
    if (history.kind(row) == Kind.READ) {
      return outcome == Outcome.OK && history.result(row) != Values.NONE;
    }
    return outcome == Outcome.OK
        || history.kind(row) != Kind.CAS
        || history.argument(row) != history.expected(row)
        || history.group(row) != row
        || isOfGroup(history, row + 1, row);
  }

  /** Whether the row takes effect together with the other one. */
  static boolean isOfGroup(History history, int row, int other) {
    return row < history.size() && history.group(row) == history.group(other);
  }

  /** How many keys there are. */
  int slots() {
    return slotOf.size();
  }

  /** The values of the keys. */
  int[] keys() {
    return Arrays.copyOf(keys, slots());
  }

  /** Whether all is about one key, and each operation has one part: their numbers are the same. */
  boolean isOfOneKey() {
    return slots() <= 1 && kind.length == first.length - 1;
  }

  /** The value of the key after the part, or {@link Model#IMPOSSIBLE}. */
  int step(int part, int value) {
    return Model.step(
        values, absent, value, kind[part], argument[part], expected[part], result[part]);
  }

  /** Whether the operation changes nothing in any state. */
  boolean isPure(int operation) {
    for (int part = first[operation]; part < first[operation + 1]; part++) {
      if (!pure[part]) {
        return false;
      }
    }
    return true;
  }

  /** The key of an operation of one part. */
  int onlySlot(int operation) {
    int part = first[operation];
    return first[operation + 1] == part + 1 ? slot[part] : KeyOperations.NOWHERE;
  }

  /** The only key that the operation changes without telling what was there. */
  int hiddenIn(int operation) {
    int found = KeyOperations.NOWHERE;
    for (int part = first[operation]; part < first[operation + 1]; part++) {
      boolean isBlind =
          result[part] == Values.NONE && kind[part] != Kind.READ && kind[part] != Kind.CAS;
      boolean isOther = found != KeyOperations.NOWHERE && found != slot[part];
      if (!isBlind || isOther) {
        return KeyOperations.NOWHERE;
      }
      found = slot[part];
    }
    return found;
  }

  /** Whether it does not matter for the operation or the state after it what the key was before. */
  boolean overwrites(int operation, int part) {
    boolean isBlind = kind[part] == Kind.WRITE || kind[part] == Kind.DELETE;
    if (!isBlind || result[part] != Values.NONE) {
      return false;
    }
    for (int earlier = first[operation]; earlier < part; earlier++) {
      if (slot[earlier] == slot[part]) {
        return false;
      }
    }
    return true;
  }

  /** By operation a number that is equal for those that are interchangeable. */
  int[] twins() {
    // Step by step one number is made of many: of what there was so far and one more.
    LongTable arguments = new LongTable();
    LongTable comparisons = new LongTable();
    LongTable results = new LongTable();
    int[] twins = new int[first.length - 1];
    for (int i = 0; i < twins.length; i++) {
      for (int part = first[i]; part < first[i + 1]; part++) {
        int asked = number(arguments, argument[part], slot[part] << 3 | kind[part].code());
        boolean compares = expected[part] != Values.NONE;
        int compared = compares ? number(comparisons, asked, expected[part]) : ~asked;
        int answered = number(results, compared, result[part]);
        twins[i] =
            part == first[i] ? answered : number(results, twins[i], answered | Integer.MIN_VALUE);
      }
    }
    return twins;
  }

  private static int number(LongTable table, int one, int other) {
    long key = (long) one << Integer.SIZE | (other & 0xFFFFFFFFL);
    int known = table.get(key);
    if (known == LongTable.ABSENT) {
      known = table.size();
      table.put(key, known);
    }
    return known;
  }

  private void describe(History history, int row, int part) {
    slot[part] = slotOf(history.key(row));
    kind[part] = history.kind(row);
    argument[part] = history.argument(row);
    expected[part] = history.expected(row);
    result[part] = history.result(row);
    isUnknown[part] = history.outcome(row) == Outcome.UNKNOWN;
    if (isUnknown[part] && kind[part] == Kind.CAS) {
      // It is placed only where it takes effect: anywhere else it may as well not be.
      result[part] = Values.TRUE;
    }
    demand(part);
  }

  /** Says what a compare-and-set must have answered that did not say whether it took place. */
  void answer(int part, int answer) {
    result[part] = answer;
    demand(part);
  }

  /** Says what an append or add amounts to. */
  void replace(int part, Kind by, int newArgument, int itExpects, int answer) {
    kind[part] = by;
    argument[part] = newArgument;
    expected[part] = itExpects;
    result[part] = answer;
    demand(part);
  }

  private void demand(int part) {
    needs[part] = needs(part);
    makes[part] =
        switch (kind[part]) {
          case WRITE, CAS -> argument[part];
          case DELETE -> absent;
          case READ, APPEND, ADD -> NO_VALUE;
        };
    pure[part] =
        kind[part] == Kind.READ
            || (kind[part] == Kind.CAS
                && (result[part] == Values.FALSE || argument[part] == expected[part]))
            || (needs[part] != NO_VALUE && needs[part] == makes[part]);
    if (pure[part]) {
      makes[part] = NO_VALUE;
    }
    boolean isCas = kind[part] == Kind.CAS;
    optional[part] = isCas && !pure[part] && result[part] == Values.NONE;
    waitsFor[part] = optional[part] || (isCas && isUnknown[part]) ? expected[part] : needs[part];
    boolean tookNoPlace = isCas && result[part] == Values.FALSE;
    avoids[part] = tookNoPlace || optional[part] ? expected[part] : NO_VALUE;
  }

  private int slotOf(int key) {
    int known = slotOf.get(key);
    if (known == LongTable.ABSENT) {
      known = slots();
      slotOf.put(key, known);
      keys = known < keys.length ? keys : Arrays.copyOf(keys, known * 2);
      keys[known] = key;
    }
    return known;
  }

  private int needs(int part) {
    int answer = result[part];
    return switch (kind[part]) {
      case READ, WRITE, DELETE, APPEND -> answer == Values.NONE ? NO_VALUE : answer;
      case CAS -> answer == Values.TRUE && !isUnknown[part] ? expected[part] : NO_VALUE;
      case ADD -> NO_VALUE;
    };
  }
}
