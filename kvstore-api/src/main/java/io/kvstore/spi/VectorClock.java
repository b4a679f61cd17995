package io.kvstore.spi;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How many writes of each member have been seen; an immutable vector of counts.
 *
 * <p>Members that are not mentioned count zero, so clocks of different lengths can be compared
 * (Fidge 1988, Mattern 1989). A place in a single order is the clock with one count.
 *
 * <p>Every entry of a causal store has one, and most groups are small: so the counts of the first
 * members lie in the clock itself, where a reader of the entry need not go on to an array.
 */
public final class VectorClock {
  /** The most counts that a text may have: many more than a group has members. */
  public static final int MOST_COUNTS = 4_096;

  private static final int MOST_SHOWN = 100;
  private static final int WITHIN = 3;
  private static final long[] NO_MORE = {};

  /** Nothing seen. */
  public static final VectorClock ZERO = new VectorClock(0, 0, 0, NO_MORE, 0);

  private final long first;
  private final long second;
  private final long third;
  private final long[] more;
  private final int length; // up to the last count that is not zero

  private VectorClock(long first, long second, long third, long[] more, int length) {
    this.first = first;
    this.second = second;
    this.third = third;
    this.more = more;
    this.length = length;
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
    return length == 0
        ? ZERO
        : new VectorClock(
            counts[0],
            length > 1 ? counts[1] : 0,
            length > 2 ? counts[2] : 0,
            length > WITHIN ? Arrays.copyOfRange(counts, WITHIN, length) : NO_MORE,
            length);
  }

  /** The count of one member. */
  public long get(int member) {
    return switch (member) {
      case 0 -> first;
      case 1 -> second;
      case 2 -> third;
      default -> member < length ? more[member - WITHIN] : 0;
    };
  }

  private long[] counts(int places) {
    long[] counts = new long[Math.max(places, length)];
    for (int member = 0; member < length; member++) {
      counts[member] = get(member);
    }
    return counts;
  }

  /** The same, but for one member's count. */
  public VectorClock with(int member, long count) {
    if (member < WITHIN && count > 0) {
      return new VectorClock(
          member == 0 ? count : first,
          member == 1 ? count : second,
          member == 2 ? count : third,
          more,
          Math.max(length, member + 1));
    }
    long[] changed = counts(member + 1);
    changed[member] = count;
    return of(changed);
  }

  /** For each member the higher count. */
  public VectorClock merge(VectorClock other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    long[] merged = counts(other.length);
    for (int member = 0; member < other.length; member++) {
      merged[member] = Math.max(merged[member], other.get(member));
    }
    return of(merged);
  }

  /** Whether everything that the other has seen has been seen here. */
  public boolean covers(VectorClock other) {
    if (first < other.first || second < other.second || third < other.third) {
      return false;
    }
    for (int member = WITHIN; member < other.length; member++) {
      if (get(member) < other.get(member)) {
        return false;
      }
    }
    return true;
  }

  /** How many members have a count; the others count zero. */
  public int length() {
    return length;
  }

  /**
   * Reads what {@link #toString()} wrote, and nothing else.
   *
   * @throws IllegalArgumentException when the text is no clock, or has more than {@link
   *     #MOST_COUNTS} counts
   */
  public static VectorClock parse(String text) {
    if (text.isEmpty()) {
      return ZERO;
    }
    String[] counts = text.split(",", MOST_COUNTS + 1);
    if (counts.length <= MOST_COUNTS) {
      try {
        VectorClock clock = of(Arrays.stream(counts).mapToLong(Long::parseLong).toArray());
        if (clock.toString().equals(text)) {
          return clock;
        }
      } catch (IllegalArgumentException malformed) {
        // Said below.
      }
    }
    throw new IllegalArgumentException(
        "'"
            + (text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…")
            + "' is no clock: expected at most "
            + MOST_COUNTS
            + " counts from 0 on with commas between them, the last of them not 0");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorClock that && covers(that) && that.covers(this);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts(0));
  }

  @Override
  public String toString() {
    return Arrays.stream(counts(0)).mapToObj(Long::toString).collect(Collectors.joining(","));
  }
}
