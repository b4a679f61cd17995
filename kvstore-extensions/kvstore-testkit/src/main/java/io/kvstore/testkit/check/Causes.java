package io.kvstore.testkit.check;

import java.util.Arrays;

/**
 * What each transaction causally depends on, as a vector clock with the position in each session up
 * to which it knows what was done; and so which writes are before those that it read.
 *
 * <p>The writes of a key by one session are a lane: what is known of a key is one position for each
 * of its lanes. For each write that is read, a bound for each lane says up to where its writes are
 * before it already, first those that the writer knew of. A reader that knows no more than that has
 * nothing to add, and is done with a comparison for each lane.
 */
final class Causes {
  /** Takes what is before what. */
  interface Order {
    /** A transaction is before another one, or before what was there initially, due to a read. */
    void before(int earlier, int later, int reader);
  }

  private static final int NONE = Transactions.NONE;
  private static final int UNREAD = -1;
  private static final int READ = -2;
  private static final int FIRST_SLOTS = 64;

  private final Transactions transactions;
  private final Spending spending;
  private final Order order;
  private final int width;

  /** By key: its lanes; by lane: its session and where its transactions begin. */
  private final int[] firstLane;

  private int[] laneSession = new int[16];
  private int[] laneStart = new int[16];
  private final int[] inLane;

  /** By lane: where the last search ended. */
  private final int[] laneHint;

  /** By session: its clock now. */
  private final int[] now;

  /** By transaction: how many will still ask for its clock, and where that is kept. */
  private final int[] asking;

  private final int[] slot;
  private int[] kept;
  private int slots;
  private int[] free = new int[FIRST_SLOTS];
  private int freed;

  /** By read: which write it is of; by write: where its bounds are. */
  private final int[] writeOfRead;

  private final int[] boundsOf;
  private int[] bounds = new int[1024];
  private int bounded;

  Causes(Transactions transactions, Spending spending, Order order) {
    this.transactions = transactions;
    this.spending = spending;
    this.order = order;
    width = transactions.sessions;
    now = spending.ints((long) width * width);
    kept = spending.ints((long) FIRST_SLOTS * width);
    asking = spending.ints(transactions.count);
    slot = spending.ints(transactions.count);
    firstLane = new int[transactions.observed.keys.count() + 1];
    inLane = spending.ints(transactions.firstWrite[transactions.count]);
    int lanes = divideIntoLanes();
    laneHint = Arrays.copyOf(laneStart, lanes);
    writeOfRead = spending.ints(transactions.firstRead[transactions.count]);
    boundsOf = spending.ints(inLane.length);
    Arrays.fill(boundsOf, UNREAD);
    for (int each = 0; each < transactions.count; each++) {
      count(each, transactions.previous[each]);
      count(each, transactions.follows[each]);
      for (int i = transactions.firstRead[each]; i < transactions.firstRead[each + 1]; i++) {
        count(each, transactions.readFrom[i]);
        writeOfRead[i] = writeOf(i);
        if (writeOfRead[i] != NONE) {
          boundsOf[writeOfRead[i]] = READ;
        }
      }
    }
  }

  private int writeOf(int read) {
    int from = transactions.readFrom[read];
    return from < 0
        ? NONE
        : Arrays.binarySearch(
            transactions.writeKey,
            transactions.firstWrite[from],
            transactions.firstWrite[from + 1],
            transactions.observed.key[transactions.readRow[read]]);
  }

  private void count(int each, int other) {
    if (other >= 0 && transactions.session[other] != transactions.session[each]) {
      asking[other]++;
    }
  }

  /** Goes through the transactions, each after all that it depends on. */
  void follow(int[] sorted) {
    for (int each : sorted) {
      int own = transactions.session[each] * width;
      join(each, transactions.previous[each], own);
      join(each, transactions.follows[each], own);
      for (int i = transactions.firstRead[each]; i < transactions.firstRead[each + 1]; i++) {
        join(each, transactions.readFrom[i], own);
      }
      for (int i = transactions.firstRead[each]; i < transactions.firstRead[each + 1]; i++) {
        if (writeOfRead[i] == NONE) {
          readInitially(transactions.readRow[i], own);
        } else {
          read(i, own);
        }
      }
      now[own + transactions.session[each]] = transactions.position[each];
      for (int i = transactions.firstWrite[each]; i < transactions.firstWrite[each + 1]; i++) {
        if (boundsOf[i] == READ) {
          bound(i, own);
        }
      }
      if (asking[each] > 0) {
        keep(each, own);
      }
      spending.checkTimeSometimes();
    }
  }

  // Reads

  private void read(int read, int own) {
    int row = transactions.readRow[read];
    int at = boundsOf[writeOfRead[read]];
    int key = transactions.observed.key[row];
    for (int lane = firstLane[key]; lane < firstLane[key + 1]; lane++, at++) {
      int known = now[own + laneSession[lane]];
      if (known > bounds[at]) {
        int last = lastIn(lane, known);
        if (last != NONE && transactions.position[last] > bounds[at]) {
          order.before(last, transactions.readFrom[read], row);
        }
        bounds[at] = known;
      }
    }
  }

  private void readInitially(int row, int own) {
    int key = transactions.observed.key[row];
    for (int lane = firstLane[key]; lane < firstLane[key + 1]; lane++) {
      int last = lastIn(lane, now[own + laneSession[lane]]);
      if (last != NONE) {
        order.before(last, Transactions.INITIAL, row);
        return;
      }
    }
  }

  private void bound(int write, int own) {
    int key = transactions.writeKey[write];
    int lanes = firstLane[key + 1] - firstLane[key];
    if (bounded + lanes > bounds.length) {
      int length = Math.max(bounds.length * 2, bounded + lanes);
      spending.take((length - bounds.length) * (long) Integer.BYTES);
      bounds = Arrays.copyOf(bounds, length);
    }
    boundsOf[write] = bounded;
    for (int lane = firstLane[key]; lane < firstLane[key + 1]; lane++) {
      bounds[bounded++] = now[own + laneSession[lane]];
    }
  }

  // Clocks

  private void join(int each, int other, int own) {
    if (other < 0 || transactions.session[other] == transactions.session[each]) {
      return;
    }
    if (now[own + transactions.session[other]] < transactions.position[other]) {
      int theirs = slot[other] * width;
      for (int i = 0; i < width; i++) {
        now[own + i] = Math.max(now[own + i], kept[theirs + i]);
      }
    }
    if (--asking[other] == 0) {
      free = freed < free.length ? free : Arrays.copyOf(free, freed * 2);
      free[freed++] = slot[other];
    }
  }

  private void keep(int each, int own) {
    if (freed > 0) {
      slot[each] = free[--freed];
    } else {
      slot[each] = slots++;
      if ((long) slots * width > kept.length) {
        spending.take((long) kept.length * Integer.BYTES);
        kept = Arrays.copyOf(kept, kept.length * 2);
      }
    }
    System.arraycopy(now, own, kept, slot[each] * width, width);
  }

  // Lanes

  private int divideIntoLanes() {
    int keys = firstLane.length - 1;
    int writes = inLane.length;
    int[] byKey = spending.ints(writes); // transactions, key by key
    int[] start = new int[keys + 1];
    for (int i = 0; i < writes; i++) {
      start[transactions.writeKey[i] + 1]++;
    }
    for (int key = 0; key < keys; key++) {
      start[key + 1] += start[key];
    }
    int[] filled = Arrays.copyOf(start, keys);
    for (int each = 0; each < transactions.count; each++) {
      for (int i = transactions.firstWrite[each]; i < transactions.firstWrite[each + 1]; i++) {
        byKey[filled[transactions.writeKey[i]]++] = each;
      }
    }
    int[] laneOf = new int[width];
    Arrays.fill(laneOf, NONE);
    int lanes = 0;
    for (int key = 0; key < keys; key++) {
      firstLane[key] = lanes;
      lanes = openLanes(byKey, start[key], start[key + 1], laneOf, lanes);
    }
    firstLane[keys] = lanes;
    return lanes;
  }

  /** Finds the lanes of a key and how long they are, then sorts its transactions into them. */
  private int openLanes(int[] byKey, int from, int to, int[] laneOf, int first) {
    int lanes = first;
    for (int i = from; i < to; i++) {
      int session = transactions.session[byKey[i]];
      if (laneOf[session] < first) {
        if (lanes + 2 > laneSession.length) {
          laneSession = Arrays.copyOf(laneSession, lanes * 2);
          laneStart = Arrays.copyOf(laneStart, lanes * 2);
        }
        laneSession[lanes] = session;
        laneStart[lanes + 1] = 0;
        laneOf[session] = lanes++;
      }
      laneStart[laneOf[session] + 1]++;
    }
    laneStart[first] = from;
    for (int lane = first; lane < lanes; lane++) {
      laneStart[lane + 1] += laneStart[lane];
    }
    int[] filled = Arrays.copyOfRange(laneStart, first, lanes);
    for (int i = from; i < to; i++) {
      inLane[filled[laneOf[transactions.session[byKey[i]]] - first]++] = byKey[i];
    }
    return lanes;
  }

  /**
   * The lane's last transaction that is not after a position, {@link #NONE} if there is none. It is
   * looked for from where the last one was found, in steps that double.
   */
  private int lastIn(int lane, int notAfter) {
    int low = laneStart[lane] - 1; // is not after, or before the first
    int high = laneStart[lane + 1]; // is after, or behind the last
    int step = 1;
    int probe = laneHint[lane];
    if (positionAt(probe) <= notAfter) {
      while (probe < high && positionAt(probe) <= notAfter) {
        low = probe;
        probe += step;
        step <<= 1;
      }
      high = Math.min(high, probe);
    } else {
      while (probe > low && positionAt(probe) > notAfter) {
        high = probe;
        probe -= step;
        step <<= 1;
      }
      low = Math.max(low, probe);
    }
    while (low + 1 < high) {
      int middle = (low + high) >>> 1;
      if (positionAt(middle) <= notAfter) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low < laneStart[lane]) {
      return NONE;
    }
    laneHint[lane] = low;
    return inLane[low];
  }

  private int positionAt(int number) {
    return transactions.position[inLane[number]];
  }
}
