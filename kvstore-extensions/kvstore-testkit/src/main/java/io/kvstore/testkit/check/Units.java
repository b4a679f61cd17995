package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * The operations of a history as a search for one order of all of them takes them: what takes
 * effect at one moment is one unit, named by its first operation. The units of a session come one
 * after another; one of unknown outcome comes at any time after what its session did before, or
 * never.
 */
final class Units {
  static final int NONE = Values.NONE;

  final History history;
  final Values values;
  final int absent;

  /** By operation: the number of its key, and of the process that it belongs to. */
  final int[] key;

  final int[] process;
  final int processes;

  /** The units of each process, one after the other. */
  private final int[] sequence;

  private final int[] start;

  /** The units that may never happen, and how many units of their process come before. */
  final int[] optional;

  final int[] comesAfter;

  /** By operation: the value that it needs and the one that it makes, numbered with the key. */
  final int[] needs;

  final int[] makes;

  /** By operation of unknown outcome: the value that it depends on whether it takes effect. */
  final int[] wishes;

  final int pairs;

  /** By key: whether values are made of those before, or must differ from another. */
  final boolean[] grows;

  private final LongTable numbers = new LongTable();

  Units(History history, Values values, int absent) {
    this.history = history;
    this.values = values;
    this.absent = absent;
    int size = history.size();
    key = new int[size];
    ByKey keys = new ByKey(history);
    for (int number = 0; number < keys.count(); number++) {
      for (int i = keys.from(number); i < keys.to(number); i++) {
        key[keys.operations()[i]] = number;
      }
    }
    process = new int[size];
    processes = numberProcesses();
    int[] count = new int[processes];
    int[] optionals = new int[size];
    int[] after = new int[size];
    int found = 0;
    for (int row = 0; row < size; row++) {
      if (isUnit(row, Outcome.OK)) {
        count[process[row]]++;
      } else if (isUnit(row, Outcome.UNKNOWN) && history.kind(row) != Kind.READ) {
        optionals[found] = row;
        after[found++] = count[process[row]];
      }
    }
    optional = Arrays.copyOf(optionals, found);
    comesAfter = Arrays.copyOf(after, found);
    start = new int[processes + 1];
    for (int i = 0; i < processes; i++) {
      start[i + 1] = start[i] + count[i];
    }
    sequence = new int[start[processes]];
    int[] filled = start.clone();
    for (int row = 0; row < size; row++) {
      if (isUnit(row, Outcome.OK)) {
        sequence[filled[process[row]]++] = row;
      }
    }
    needs = new int[size];
    makes = new int[size];
    wishes = new int[size];
    grows = new boolean[keys.count()];
    for (int row = 0; row < size; row++) {
      describe(row);
    }
    pairs = numbers.size();
  }

  private int numberProcesses() {
    LongTable known = new LongTable();
    for (int row = 0; row < process.length; row++) {
      int number = known.get(history.process(row));
      if (number == LongTable.ABSENT) {
        number = known.size();
        known.put(history.process(row), number);
      }
      process[row] = number;
    }
    return known.size();
  }

  private boolean isUnit(int row, Outcome outcome) {
    return history.group(row) == row && history.outcome(row) == outcome;
  }

  private void describe(int row) {
    Kind kind = history.kind(row);
    boolean isKnown = history.outcome(row) == Outcome.OK;
    int result = isKnown ? history.result(row) : NONE;
    int needed = NONE;
    int made = NONE;
    switch (kind) {
      case READ -> needed = result;
      case WRITE -> {
        needed = result;
        made = history.argument(row);
      }
      case DELETE -> {
        needed = result;
        made = absent;
      }
      case CAS -> {
        needed = result == Values.TRUE ? history.expected(row) : NONE;
        made = result == Values.FALSE ? NONE : history.argument(row);
        grows[key[row]] |= isKnown && result != Values.TRUE;
      }
      case APPEND, ADD -> grows[key[row]] |= history.outcome(row) != Outcome.FAIL;
    }
    needs[row] = needed == NONE ? NONE : pair(key[row], needed);
    wishes[row] =
        kind == Kind.CAS && !isKnown && history.expected(row) != NONE
            ? pair(key[row], history.expected(row))
            : NONE;
    makes[row] = made == NONE ? NONE : pair(key[row], made);
  }

  /** The number of a value of a key, which it gets if it has none. */
  private int pair(int itsKey, int value) {
    long both = (long) itsKey << 32 | (value & 0xFFFFFFFFL);
    int known = numbers.get(both);
    if (known == LongTable.ABSENT) {
      known = numbers.size();
      numbers.put(both, known);
    }
    return known;
  }

  /** The number of a value of a key, {@link #NONE} if it is neither needed nor made. */
  int numberOf(int itsKey, int value) {
    int known = numbers.get((long) itsKey << 32 | (value & 0xFFFFFFFFL));
    return known == LongTable.ABSENT ? NONE : known;
  }

  /** How many units a process has. */
  int length(int itsProcess) {
    return start[itsProcess + 1] - start[itsProcess];
  }

  /** A unit of a process, counted from 0. */
  int at(int itsProcess, int number) {
    return sequence[start[itsProcess] + number];
  }

  /** Whether an operation is a part of the unit. */
  boolean isOf(int row, int unit) {
    return row < key.length && history.group(row) == unit;
  }

  /** The state of the key after the operation, or {@link Model#IMPOSSIBLE}. */
  int step(int row, int before) {
    Kind kind = history.kind(row);
    int result = history.result(row);
    if (kind == Kind.READ && result == NONE) {
      return before;
    }
    if (kind == Kind.CAS && history.outcome(row) == Outcome.UNKNOWN) {
      result = Values.TRUE; // anywhere else it may as well not be
    }
    return Model.step(
        values, absent, before, kind, history.argument(row), history.expected(row), result);
  }

  /** Whether the unit changes nothing, whatever is there. */
  boolean isPure(int unit) {
    for (int row = unit; isOf(row, unit); row++) {
      Kind kind = history.kind(row);
      boolean keeps = needs[row] != NONE && needs[row] == makes[row];
      boolean isRefused = kind == Kind.CAS && history.result(row) == Values.FALSE;
      if (kind != Kind.READ && !keeps && !isRefused) {
        return false;
      }
    }
    return true;
  }
}
