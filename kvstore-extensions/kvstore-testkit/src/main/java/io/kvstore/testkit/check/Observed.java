package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;

/**
 * What each operation of a history read and wrote, and which write each read is from.
 *
 * <table>
 *   <caption>What is known of an operation</caption>
 *   <tr><td>read</td><td>reads its result</td></tr>
 *   <tr><td>write</td><td>reads the value that it replaced, if that is known, and writes</td></tr>
 *   <tr><td>delete</td><td>the same; one that replaced nothing may have done nothing</td></tr>
 *   <tr><td>cas that took place</td><td>reads what it expected, and writes; one that did not says
 *       nothing; one that does not say whether it did may have</td></tr>
 *   <tr><td>append, add</td><td>writes what it made and reads what that was made of, if there was
 *       something; without an answer it wrote something unknown</td></tr>
 *   <tr><td>of unknown outcome</td><td>may have happened at any time after what its session did
 *       before, and did if it is the only one that can have written what was read</td></tr>
 * </table>
 *
 * <p>Where several writes may have written what was read, and their versions do not tell them
 * apart, the read is ambiguous; so is a read of what was there initially, if it was also written.
 */
final class Observed {
  /** The operation or value that there is not. */
  static final int NONE = Values.NONE;

  /** The source of a read that found what was there before anything was written. */
  static final int INITIAL = -2;

  /** The source of a read that may be from several writes. */
  static final int AMBIGUOUS = -3;

  /** The source of a read of what was never written. */
  static final int THIN_AIR = -4;

  /** What is written when it is not known what is. */
  private static final int SOMETHING = -5;

  private static final int HAPPENED = 1;
  private static final int READS = 2;
  private static final int WRITES = 4;
  private static final int DETACHED = 8;

  final History history;
  final Values values;
  final ByKey keys;
  final int initial;

  /** By operation: the number of its key. */
  final int[] key;

  private final int absent;
  private final Growth growth;
  private final byte[] flags;
  private final int[] read;
  private final int[] written;

  /** By operation that reads: the write that it is from. */
  private final int[] source;

  /**
   * By operation that reads: the last of the writes of the same value; by write: the one before.
   */
  private final int[] maker;

  private final int[] sameBefore;

  /** By key: the last of the writes of something; by write: the one before. */
  private final int[] somethingOf;

  private int decided;

  Observed(History history, Model model) {
    this.history = history;
    boolean makes = Growth.isIn(history);
    values = makes ? history.values().copy() : history.values();
    initial = makes ? values.of(model.initial()) : model.initialState(values);
    absent = model.absentState(values);
    growth = new Growth(history, values);
    int size = history.size();
    keys = new ByKey(history);
    key = new int[size];
    flags = new byte[size];
    read = new int[size];
    written = new int[size];
    source = new int[size];
    maker = new int[size];
    sameBefore = new int[size];
    somethingOf = new int[keys.count()];
    boolean hasVersions = false;
    for (int row = 0; row < size; row++) {
      describe(row);
      hasVersions |= history.version(row) != Values.NONE;
    }
    link(hasVersions);
    for (int row = 0; row < size; row++) {
      if (reads(row)) {
        resolve(row);
      }
    }
  }

  // What is known of an operation

  /** Whether it has a place in the order of its session. */
  boolean happened(int row) {
    return (flags[row] & HAPPENED) != 0;
  }

  /** Whether it happened at an unknown time after its session began it. */
  boolean isDetached(int row) {
    return (flags[row] & DETACHED) != 0;
  }

  boolean reads(int row) {
    return (flags[row] & READS) != 0 && read[row] != NONE;
  }

  boolean writes(int row) {
    return (flags[row] & WRITES) != 0 && written[row] != NONE;
  }

  /** The write that it read, or one of the constants above; {@link #NONE} if it does not read. */
  int source(int row) {
    return reads(row) ? source[row] : NONE;
  }

  /** The value that it read. */
  int valueRead(int row) {
    return read[row];
  }

  private void describe(int row) {
    read[row] = NONE;
    written[row] = NONE;
    source[row] = NONE;
    maker[row] = NONE;
    sameBefore[row] = NONE;
    if (history.outcome(row) == Outcome.FAIL) {
      return;
    }
    boolean isKnown = history.outcome(row) == Outcome.OK;
    int result = isKnown ? history.result(row) : NONE;
    Kind kind = history.kind(row);
    int argument = history.argument(row);
    int sure = isKnown ? HAPPENED : DETACHED;
    switch (kind) {
      case READ -> read[row] = result;
      case WRITE -> {
        written[row] = argument;
        read[row] = result;
      }
      case DELETE -> {
        written[row] = absent;
        read[row] = result;
      }
      case CAS -> {
        if (result == Values.FALSE) {
          break;
        }
        written[row] = argument;
        read[row] = history.expected(row);
      }
      case APPEND, ADD -> {
        written[row] = result == NONE ? SOMETHING : result;
        read[row] = result == NONE ? NONE : growth.before(kind, result, argument);
      }
    }
    if (isKnown) {
      boolean tookPlace = kind != Kind.CAS || result == Values.TRUE;
      boolean didNothing = kind == Kind.DELETE && (result == absent || result == Values.NIL);
      sure |= tookPlace ? READS : 0;
      sure |= tookPlace && !didNothing ? WRITES : 0;
    }
    flags[row] = (byte) sure;
  }

  // Which write a read is from

  private void link(boolean hasVersions) {
    int[] lastOfValue = new int[values.size()];
    Arrays.fill(lastOfValue, NONE);
    int[] operations = keys.operations();
    for (int number = 0; number < keys.count(); number++) {
      somethingOf[number] = NONE;
      boolean mayBeOfSeveral = false;
      for (int i = keys.from(number); i < keys.to(number); i++) {
        int row = operations[i];
        key[row] = number;
        if (written[row] == SOMETHING) {
          sameBefore[row] = somethingOf[number];
          somethingOf[number] = row;
        } else if (written[row] != NONE) {
          sameBefore[row] = lastOfValue[written[row]];
          lastOfValue[written[row]] = row;
          mayBeOfSeveral |= sameBefore[row] != NONE || written[row] == initial;
        }
      }
      for (int i = keys.from(number); i < keys.to(number); i++) {
        if (read[operations[i]] != NONE) {
          maker[operations[i]] = lastOfValue[read[operations[i]]];
        }
      }
      for (int i = keys.from(number); i < keys.to(number); i++) {
        if (written[operations[i]] >= 0) {
          lastOfValue[written[operations[i]]] = NONE;
        }
      }
      if (mayBeOfSeveral && hasVersions) {
        compareVersions(operations, keys.from(number), keys.to(number));
      }
    }
  }

  /**
   * The version of what an operation read, {@link #NONE} if it is not known. What it wrote itself
   * has a version of its own.
   */
  long versionRead(int row) {
    return history.kind(row) == Kind.READ ? history.version(row) : history.replaced(row);
  }

  /** The version of what an operation wrote, {@link #NONE} if it is not known. */
  long versionWritten(int row) {
    return history.kind(row) == Kind.READ ? NONE : history.version(row);
  }

  /**
   * Reads of a version that is known to be of a write of the same value are from that. So are those
   * that find that it has expired: where clocks differ, it may yet be seen elsewhere.
   */
  private void compareVersions(int[] operations, int from, int to) {
    LongTable writeOf = new LongTable();
    for (int i = from; i < to; i++) {
      int row = operations[i];
      if (written[row] >= 0 && history.version(row) != Values.NONE) {
        writeOf.put(history.version(row), row);
      }
    }
    for (int i = from; i < to; i++) {
      int row = operations[i];
      if (read[row] == NONE || versionRead(row) == NONE) {
        continue;
      }
      int write = writeOf.get(versionRead(row));
      if (write != LongTable.ABSENT
          && write != row
          && (written[write] == read[row] || read[row] == absent)) {
        source[row] = write;
      } else if (versionRead(row) == History.NEVER_WRITTEN && read[row] == initial) {
        source[row] = INITIAL;
      }
    }
  }

  /** Finds the source of a read, and what else must have happened if that did. */
  private void resolve(int row) {
    int next = row;
    while (next != NONE) {
      int found = source[next] == NONE ? onlySource(next) : source[next];
      source[next] = found;
      next = NONE;
      if (found >= 0 && !writes(found)) {
        flags[found] |= HAPPENED | READS | WRITES;
        next = reads(found) && source[found] == NONE ? found : NONE;
      }
    }
  }

  private int onlySource(int row) {
    int found = read[row] == initial ? INITIAL : THIN_AIR;
    boolean several = false;
    for (int from = maker[row]; from != NONE && !several; from = sameBefore[from]) {
      if (from != row && fits(from, row)) {
        several |= found != THIN_AIR;
        found = from;
      }
    }
    for (int from = somethingOf[key[row]]; from != NONE && !several; from = sameBefore[from]) {
      if (from != row && growth.canMake(from, read[row])) {
        several |= found != THIN_AIR;
        found = from;
      }
    }
    return several ? AMBIGUOUS : found;
  }

  /** Whether a write is not known to have another version than was read. */
  private boolean fits(int from, int row) {
    long told = versionRead(row);
    long made = told == NONE ? NONE : versionWritten(from);
    return made == NONE || made == told;
  }

  /** How often it was said which write a read is from. */
  int decided() {
    return decided;
  }

  /** All that a read may be from. */
  int[] candidates(int row) {
    int[] found = new int[4];
    int count = 0;
    if (read[row] == initial) {
      found[count++] = INITIAL;
    }
    for (int from = maker[row]; from != NONE; from = sameBefore[from]) {
      if (from != row && fits(from, row)) {
        found = count < found.length ? found : Arrays.copyOf(found, count * 2);
        found[count++] = from;
      }
    }
    for (int from = somethingOf[key[row]]; from != NONE; from = sameBefore[from]) {
      if (from != row && growth.canMake(from, read[row])) {
        found = count < found.length ? found : Arrays.copyOf(found, count * 2);
        found[count++] = from;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Says which write an ambiguous read is from. */
  void decide(int row, int from) {
    decided++;
    source[row] = from;
    if (from >= 0 && !writes(from)) {
      flags[from] |= HAPPENED | READS | WRITES;
      if (reads(from) && source[from] == NONE) {
        resolve(from);
      }
    }
  }

  /** What is decided so far, to come back to. */
  Decisions decisions() {
    return new Decisions(flags.clone(), source.clone());
  }

  /** Takes back what was decided since. */
  void restore(Decisions decisions) {
    System.arraycopy(decisions.flags, 0, flags, 0, flags.length);
    System.arraycopy(decisions.source, 0, source, 0, source.length);
  }

  /** What happened, and which write each read is from. */
  static final class Decisions {
    private final byte[] flags;
    private final int[] source;

    private Decisions(byte[] flags, int[] source) {
      this.flags = flags;
      this.source = source;
    }
  }
}
