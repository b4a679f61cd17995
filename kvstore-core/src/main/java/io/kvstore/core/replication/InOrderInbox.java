package io.kvstore.core.replication;

import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What one sender has numbered, as a receiver takes it: each item once, in their order. An item
 * that has overtaken others is kept until its turn, as far as there is room; the sender sends the
 * rest again.
 */
public final class InOrderInbox<T> {
  private final int limit;
  private final long bytesLimit;
  private final ToLongFunction<? super T> footprint;
  private final TreeMap<Long, T> early = new TreeMap<>();
  private long earlyBytes;
  private long received;

  /**
   * Nothing has come yet: the first number is 1.
   *
   * @param limit of items that are kept until their turn
   * @param bytesLimit nothing more is kept once those that are have so many bytes
   */
  public InOrderInbox(int limit, long bytesLimit, ToLongFunction<? super T> footprint) {
    this.limit = limit;
    this.bytesLimit = bytesLimit;
    this.footprint = footprint;
  }

  /** Up to which number all have been taken. */
  public long received() {
    return received;
  }

  /** How many wait for their turn. */
  public int early() {
    return early.size();
  }

  /**
   * An item has come, perhaps again.
   *
   * @param take takes an item whose turn has come; tells whether there was room for it, or else it
   *     comes again
   * @return whether it is kept until its turn
   */
  public boolean offer(long number, T item, Predicate<? super T> take) {
    if (number == received + 1) {
      boolean goesOn = take(number, item, take);
      while (goesOn && !early.isEmpty() && early.firstKey() <= received + 1) {
        boolean isNext = early.firstKey() > received; // else it has come again since
        T first = removeFirst();
        goesOn = !isNext || take(received + 1, first, take);
      }
      return false;
    }
    boolean isKept =
        number > received
            && early.size() < limit
            && earlyBytes < bytesLimit
            && early.putIfAbsent(number, item) == null;
    if (isKept) {
      earlyBytes += footprint.applyAsLong(item);
    }
    return isKept;
  }

  private boolean take(long number, T item, Predicate<? super T> take) {
    received = number;
    boolean isTaken = take.test(item);
    if (!isTaken) {
      received = number - 1;
    }
    return isTaken;
  }

  private T removeFirst() {
    T first = early.pollFirstEntry().getValue();
    earlyBytes -= footprint.applyAsLong(first);
    return first;
  }

  /**
   * All up to this number need not come any more; what comes next is not taken before it is sent.
   */
  public void skipTo(long number) {
    received = Math.max(received, number);
    while (!early.isEmpty() && early.firstKey() <= received) {
      removeFirst();
    }
  }
}
