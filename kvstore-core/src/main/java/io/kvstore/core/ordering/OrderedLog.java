package io.kvstore.core.ordering;

import static java.util.Objects.requireNonNull;

import io.kvstore.core.spi.Ordered;
import java.util.ArrayList;
import java.util.List;

/**
 * The operations of one order that are still needed, without a gap; those that come too early are
 * kept aside.
 */
public final class OrderedLog {
  private static final int EARLY_LIMIT = 4_096;

  private final PositionRing<Ordered> operations = new PositionRing<>();
  private long first = 1;
  private long last;
  private int early;

  /** The position of the newest operation without a gap before it. */
  public long last() {
    return last;
  }

  /** The position of the oldest operation that is kept, or the one after the last when none is. */
  public long first() {
    return first;
  }

  /**
   * Adds an operation if its turn has come, with those that have waited for it; keeps it aside if
   * it is early.
   */
  public void offer(Ordered ordered) {
    long position = ordered.position();
    if (position == last + 1) {
      operations.put(position, ordered);
      last = position;
      while (early > 0 && operations.get(last + 1) != null) {
        last++;
        early--;
      }
    } else if (position > last
        && position - last < EARLY_LIMIT
        && operations.get(position) == null) {
      operations.put(position, ordered);
      early++;
    }
  }

  /** The operation at a position that is kept. */
  public Ordered at(long position) {
    return requireNonNull(operations.get(position), "an operation that is kept");
  }

  /** Copies the operations from a position on, at most so many. */
  public List<Ordered> from(long position, int most) {
    List<Ordered> found = new ArrayList<>();
    for (long p = Math.max(position, first); p <= last && found.size() < most; p++) {
      found.add(at(p));
    }
    return found;
  }

  /** Forgets the operations up to a position. */
  public void forgetUpTo(long position) {
    while (first <= Math.min(position, last)) {
      operations.remove(first++);
    }
  }

  /** Forgets everything; the next operation is the one after this position. */
  public void restartAfter(long position) {
    forgetUpTo(last);
    for (long p = last + 1; early > 0; p++) {
      early -= operations.remove(p) == null ? 0 : 1;
    }
    last = position;
    first = position + 1;
  }
}
