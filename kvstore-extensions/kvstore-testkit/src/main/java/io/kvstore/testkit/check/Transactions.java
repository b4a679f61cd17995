package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Outcome;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The transactions of a history, numbered in its order: their sessions, what each of them read of
 * others, and which keys it wrote. What a transaction must see of itself is looked at here: its own
 * last write, and nothing of others but what they wrote last.
 *
 * <p>A transaction of unknown outcome that was seen is a session of its own, which begins after
 * what the one that asked for it had done.
 */
final class Transactions {
  static final int NONE = Observed.NONE;
  static final int INITIAL = Observed.INITIAL;

  /** What is wrong at every level, and in which operations. */
  record Flaw(String sentence, Set<Integer> rows) {}

  final Observed observed;
  final int count;
  final int sessions;

  /** By transaction: its session, and its position in it, counted from 1. */
  final int[] session;

  final int[] position;

  /** By transaction: what its session did before, and what that was told of another session. */
  final int[] previous;

  final int[] follows;

  /** By transaction: where its reads of others begin; by read: its row, and whose write it is. */
  final int[] firstRead;

  final int[] readRow;
  final int[] readFrom;

  /** By transaction: where its writes begin; by write: its key, ascending, and its row. */
  final int[] firstWrite;

  final int[] writeKey;
  private final int[] writeRow;

  /** By transaction: its rows. */
  private final int[] from;

  private final int[] to;

  /** By row: its transaction, {@link #NONE} if it did not happen. */
  private final int[] of;

  /** By row: whether its transaction wrote the same key again. */
  private final boolean[] isOverwritten;

  private int ambiguous = NONE;
  private Optional<Flaw> flaw = Optional.empty();

  Transactions(Observed observed, Spending spending) {
    this.observed = observed;
    int size = observed.history.size();
    spending.take(size * 14L * Integer.BYTES);
    of = new int[size];
    isOverwritten = new boolean[size];
    from = new int[size];
    to = new int[size];
    session = new int[size];
    position = new int[size];
    previous = new int[size];
    follows = new int[size];
    count = collect();
    sessions = intoSessions();
    firstWrite = new int[count + 1];
    writeKey = new int[size];
    writeRow = new int[size];
    for (int each = 0; each < count; each++) {
      firstWrite[each + 1] = addWrites(each, firstWrite[each]);
    }
    firstRead = new int[count + 1];
    readRow = new int[size];
    readFrom = new int[size];
    for (int each = 0; each < count; each++) {
      firstRead[each + 1] = addReads(each, firstRead[each]);
    }
  }

  /** The first thing that is wrong by itself. */
  Optional<Flaw> flaw() {
    return flaw;
  }

  /** A read that may be from several writes, {@link #NONE} if there is none. */
  int ambiguous() {
    return ambiguous;
  }

  /** Whose operation a row is, {@link #NONE} if it did not happen. */
  int transactionOf(int row) {
    return of[row];
  }

  /** The last write of a key by a transaction, {@link #NONE} if there is none. */
  int writeOf(int transaction, int key) {
    int found =
        Arrays.binarySearch(writeKey, firstWrite[transaction], firstWrite[transaction + 1], key);
    return found < 0 ? NONE : writeRow[found];
  }

  // Sessions

  private int collect() {
    int found = 0;
    for (int row = 0; row < of.length; ) {
      int end = row;
      boolean happened = false;
      while (end < of.length && observed.history.group(end) == observed.history.group(row)) {
        happened |= observed.happened(end++);
      }
      Arrays.fill(of, row, end, happened ? found : NONE);
      if (happened) {
        from[found] = row;
        to[found++] = end;
      }
      row = end;
    }
    return found;
  }

  private int intoSessions() {
    History history = observed.history;
    LongTable lastOf = new LongTable();
    int found = 0;
    for (int each = 0; each < count; each++) {
      int row = from[each];
      int last = lastOf.get(history.process(row));
      boolean isDetached = history.outcome(row) != Outcome.OK;
      boolean isFirst = last == LongTable.ABSENT || isDetached;
      previous[each] = last == LongTable.ABSENT ? NONE : last;
      session[each] = isFirst ? found++ : session[last];
      position[each] = isFirst ? 1 : position[last] + 1;
      int told = history.follows(row);
      boolean isKnown = told != NONE && history.outcome(told) == Outcome.OK;
      follows[each] = isKnown && of[told] < each ? of[told] : NONE;
      if (!isDetached) {
        lastOf.put(history.process(row), each);
      }
    }
    return found;
  }

  // Writes

  private int addWrites(int each, int start) {
    int end = start;
    for (int row = from[each]; row < to[each]; row++) {
      if (!mayWrite(row)) {
        continue;
      }
      int key = observed.key[row];
      int at = end;
      while (at > start && writeKey[at - 1] > key) {
        at--;
      }
      if (at > start && writeKey[at - 1] == key) {
        isOverwritten[writeRow[at - 1]] = true;
        writeRow[at - 1] = row;
        continue;
      }
      System.arraycopy(writeKey, at, writeKey, at + 1, end - at);
      System.arraycopy(writeRow, at, writeRow, at + 1, end - at);
      writeKey[at] = key;
      writeRow[at] = row;
      end++;
    }
    return end;
  }

  /** All writes of a transaction that was seen have happened, also where only one of them was. */
  private boolean mayWrite(int row) {
    Kind kind = observed.history.kind(row);
    return observed.writes(row)
        || (observed.isDetached(row) && (kind == Kind.WRITE || kind == Kind.DELETE));
  }

  // Reads

  private int addReads(int each, int start) {
    int end = start;
    for (int row = from[each]; row < to[each]; row++) {
      int source = observed.source(row);
      int own = ownWriteBefore(each, row);
      if (source == NONE || source == own) {
        continue;
      }
      if (source == Observed.AMBIGUOUS) {
        ambiguous = row;
      } else if (own != NONE) {
        complain("a transaction did not read what it had written last itself", own, row);
      } else if (source == Observed.THIN_AIR) {
        thinAir(row);
      } else if (source >= 0 && of[source] == each) {
        complain("a transaction read what it wrote only afterwards", row, source);
      } else if (source >= 0 && isOverwritten[source]) {
        int last = writeOf(of[source], observed.key[row]);
        complain(
            "what a transaction wrote in between was read by another (G1b)", source, last, row);
      } else {
        readRow[end] = row;
        readFrom[end++] = source < 0 ? INITIAL : of[source];
      }
    }
    return end;
  }

  /** What the transaction had written to the row's key before it. */
  private int ownWriteBefore(int each, int row) {
    if (row == from[each] || writeOf(each, observed.key[row]) == NONE) {
      return NONE;
    }
    for (int before = row - 1; before >= from[each]; before--) {
      if (observed.key[before] == observed.key[row] && mayWrite(before)) {
        return before;
      }
    }
    return NONE;
  }

  private void thinAir(int row) {
    History history = observed.history;
    for (int write = 0; write < of.length; write++) {
      if (history.outcome(write) == Outcome.FAIL
          && history.kind(write) == Kind.WRITE
          && observed.key[write] == observed.key[row]
          && history.argument(write) == observed.valueRead(row)) {
        complain("what a transaction wrote that failed was read by another (G1a)", write, row);
        return;
      }
    }
    complain("a value was read that was never written", row);
  }

  private void complain(String sentence, int... rows) {
    if (flaw.isEmpty()) {
      Set<Integer> found = new TreeSet<>();
      for (int row : rows) {
        found.add(row);
      }
      flaw = Optional.of(new Flaw(sentence, found));
    }
  }
}
