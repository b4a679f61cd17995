package io.kvstore.testkit.check;

import io.kvstore.testkit.history.LongTable;
import java.util.Arrays;

/**
 * What each reader must have seen at a level of isolation, and so which writes are before those
 * that it read: the fewest from which all others follow, after Møldrup and Pavlogiannis (PLDI
 * 2025).
 */
final class Seen {
  private static final int NONE = Transactions.NONE;
  private static final int INITIAL = Transactions.INITIAL;

  private final Transactions transactions;
  private final CommitOrder order;
  private final Spending spending;
  private final int[] key;

  private int lateRead = NONE;
  private int overlooked = NONE;

  Seen(Transactions transactions, CommitOrder order, Spending spending) {
    this.transactions = transactions;
    this.order = order;
    this.spending = spending;
    key = transactions.observed.key;
  }

  /** The row of a read of what was there initially, too late; none if there is no such. */
  int lateRead() {
    return lateRead;
  }

  /** The row of a write that the reader must have seen. */
  int overlooked() {
    return overlooked;
  }

  private void before(int earlier, int later, int reader) {
    if (earlier == later) {
      return;
    }
    if (later != INITIAL) {
      order.add(earlier, later, reader);
    } else if (lateRead == NONE) {
      lateRead = reader;
      overlooked = transactions.writeOf(earlier, key[reader]);
    }
  }

  // Read committed

  /**
   * What a transaction had read from before. From behind: of each key the next read is enough, and
   * the next one that is from another transaction, where the next is from the one in question.
   */
  void readBefore() {
    int keys = transactions.observed.keys.count();
    int[] nextRead = filled(keys);
    int[] otherRead = filled(keys);
    int[] firstFrom = filled(transactions.count);
    for (int each = 0; each < transactions.count; each++) {
      int start = transactions.firstRead[each];
      int end = transactions.firstRead[each + 1];
      for (int read = end - 1; read >= start; read--) {
        if (transactions.readFrom[read] >= 0) {
          firstFrom[transactions.readFrom[read]] = read;
        }
      }
      for (int read = end - 1; read >= start; read--) {
        int from = transactions.readFrom[read];
        if (from >= 0 && firstFrom[from] == read) {
          putBeforeLaterReads(from, start, end, read, nextRead, otherRead);
        }
        int on = key[transactions.readRow[read]];
        if (nextRead[on] < 0 || transactions.readFrom[nextRead[on]] != from) {
          otherRead[on] = nextRead[on];
        }
        nextRead[on] = read;
      }
      for (int read = start; read < end; read++) {
        nextRead[key[transactions.readRow[read]]] = NONE;
        otherRead[key[transactions.readRow[read]]] = NONE;
      }
      spending.checkTimeSometimes();
    }
  }

  private void putBeforeLaterReads(
      int from, int start, int end, int read, int[] nextRead, int[] otherRead) {
    int written = transactions.firstWrite[from];
    int writtenEnd = transactions.firstWrite[from + 1];
    if (writtenEnd - written <= end - start) {
      for (int i = written; i < writtenEnd; i++) {
        putBefore(from, nextRead[transactions.writeKey[i]], otherRead[transactions.writeKey[i]]);
      }
      return;
    }
    for (int later = read + 1; later < end; later++) {
      int on = key[transactions.readRow[later]];
      if (nextRead[on] == later && transactions.writeOf(from, on) != NONE) {
        putBefore(from, nextRead[on], otherRead[on]);
      }
    }
  }

  private void putBefore(int from, int nextRead, int otherRead) {
    int read = nextRead >= 0 && transactions.readFrom[nextRead] == from ? otherRead : nextRead;
    if (read >= 0) {
      before(from, transactions.readFrom[read], transactions.readRow[read]);
    }
  }

  // Read atomic

  /** All that a transaction reads from, and the last write of the key by its session before. */
  void readOrDoneBefore() {
    int keys = transactions.observed.keys.count();
    LongTable lastWrites = new LongTable(); // by session and key
    int[] readOf = filled(keys);
    for (int each = 0; each < transactions.count; each++) {
      int start = transactions.firstRead[each];
      int end = transactions.firstRead[each + 1];
      for (int read = start; read < end; read++) {
        int row = transactions.readRow[read];
        int from = transactions.readFrom[read];
        int previous = transactions.previous[each];
        int own =
            previous == NONE
                ? NONE
                : lastWrites.get(pair(transactions.session[previous], key[row]));
        if (own != LongTable.ABSENT) {
          before(own, from, row);
        }
        int other = readOf[key[row]];
        if (other >= 0 && transactions.readFrom[other] != from) {
          // Both must have been seen: each is before the other.
          before(from, transactions.readFrom[other], transactions.readRow[other]);
          before(transactions.readFrom[other], from, row);
        }
        readOf[key[row]] = read;
      }
      putSourcesBefore(start, end, readOf);
      for (int read = start; read < end; read++) {
        readOf[key[transactions.readRow[read]]] = NONE;
      }
      for (int i = transactions.firstWrite[each]; i < transactions.firstWrite[each + 1]; i++) {
        lastWrites.put(pair(transactions.session[each], transactions.writeKey[i]), each);
      }
      spending.checkTimeSometimes();
    }
  }

  private static long pair(int session, int onKey) {
    return (long) session << Integer.SIZE | onKey;
  }

  private void putSourcesBefore(int start, int end, int[] readOf) {
    for (int read = start; read < end; read++) {
      int from = transactions.readFrom[read];
      if (from < 0) {
        continue;
      }
      int written = transactions.firstWrite[from];
      int writtenEnd = transactions.firstWrite[from + 1];
      if (writtenEnd - written <= end - start) {
        for (int i = written; i < writtenEnd; i++) {
          putBefore(from, readOf[transactions.writeKey[i]], NONE);
        }
      } else {
        for (int other = start; other < end; other++) {
          int row = transactions.readRow[other];
          if (transactions.writeOf(from, key[row]) != NONE) {
            before(from, transactions.readFrom[other], row);
          }
        }
      }
    }
  }

  // Causal

  /** All that a transaction depends on, unless that runs in a circle. */
  void causes() {
    if (order.exists()) {
      new Causes(transactions, spending, this::before).follow(order.sorted());
    }
  }

  private int[] filled(int size) {
    int[] numbers = spending.ints(size);
    Arrays.fill(numbers, NONE);
    return numbers;
  }
}
