package io.kvstore.spi;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * How many writes of each member have been seen; an immutable vector of counts.
 *
 * <p>Members that are not mentioned count zero, so clocks of different lengths can be compared
 * (Fidge 1988, Mattern 1989). A place in a single order is the clock with one count.
 */
public final class VectorClock {
  /** Nothing seen. */
  public static final VectorClock ZERO = new VectorClock(new long[0]);

  private final long[] counts;

  private VectorClock(long[] counts) {
    this.counts = counts;
  }

  /** The clock of these counts. */
  public static VectorClock of(long... counts) {
    int length = counts.length;
    while (length > 0 && counts[length - 1] == 0) {
      length--;
    }
    for (long count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("a count must not be negative, not " + count);
      }
    }
    return length == 0 ? ZERO : new VectorClock(Arrays.copyOf(counts, length));
  }

  /** The count of one member. */
  public long get(int member) {
    return member < counts.length ? counts[member] : 0;
  }

  /** The same, but for one member's count. */
  public VectorClock with(int member, long count) {
    long[] changed = Arrays.copyOf(counts, Math.max(counts.length, member + 1));
    changed[member] = count;
    return count > 0 ? new VectorClock(changed) : of(changed); // it may end in zeros then
  }

  /** For each member the higher count. */
  public VectorClock merge(VectorClock other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    long[] merged = Arrays.copyOf(counts, Math.max(counts.length, other.counts.length));
    for (int i = 0; i < other.counts.length; i++) {
      merged[i] = Math.max(merged[i], other.counts[i]);
    }
    return new VectorClock(merged);
  }

  /** Whether everything that the other has seen has been seen here. */
  public boolean covers(VectorClock other) {
    for (int i = 0; i < other.counts.length; i++) {
      if (get(i) < other.counts[i]) {
        return false;
      }
    }
    return true;
  }

  /** How many members have a count; the others count zero. */
  public int length() {
    return counts.length;
  }

  /** Reads what {@link #toString()} wrote. */
  public static VectorClock parse(String text) {
    if (text.isEmpty()) {
      return ZERO;
    }
    return of(Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorClock that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",");
    for (long count : counts) {
      text.add(Long.toString(count));
    }
    return text.toString();
  }
}
