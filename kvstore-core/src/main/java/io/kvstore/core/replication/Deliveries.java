package io.kvstore.core.replication;

import io.kvstore.spi.VectorClock;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * How many writes of each member have been delivered here: a vector clock that is changed in place.
 *
 * <p>A member that comes back with nothing counts on above all that it may ever have counted. As
 * long as a member is away that may have its earlier writes, those are a gap.
 *
 * <p>A thread that does not own it may look at it meanwhile, and sees counts that it had.
 */
public final class Deliveries {
  /** What comes after one number and before another is not here. */
  private record Gap(long after, long before) {
    boolean contains(long number) {
      return number > after && number < before;
    }
  }

  /**
   * In a new epoch, counts begin above all that were ever given in the epochs before, also by
   * members that are lost.
   */
  private static final int COUNT_BITS = 40;

  private long[] counts = {};
  private TreeMap<Integer, Gap> gaps = new TreeMap<>(); // by member; replaced, not changed

  /** Nothing has been delivered yet. */
  public Deliveries() {}

  /** The same, from now on independent. */
  public Deliveries copy() {
    Deliveries copy = new Deliveries();
    copy.counts = counts.clone();
    copy.gaps = gaps;
    return copy;
  }

  /** Where members begin to count in an epoch. */
  public static long firstCountIn(long epoch) {
    return (epoch - 1) << COUNT_BITS;
  }

  /** The count of one member. */
  public long of(int member) {
    long[] all = counts;
    return member < all.length ? all[member] : 0;
  }

  /** Whether this write of a member has been delivered. */
  public boolean has(int member, long number) {
    if (number > of(member)) {
      return false;
    }
    Gap gap = gaps.get(member);
    return gap == null || !gap.contains(number);
  }

  /** Notes that everything of a member up to here has been delivered, but for what is in a gap. */
  public void raise(int member, long count) {
    if (count > of(member)) {
      if (member >= counts.length) {
        counts = Arrays.copyOf(counts, member + 1);
      }
      counts[member] = count;
    }
  }

  /** Notes that everything that a clock counts has been delivered. */
  public void raise(VectorClock clock) {
    for (int member = 0; member < clock.length(); member++) {
      raise(member, clock.get(member));
    }
  }

  /** A member counts on from here: what it may have counted in between is not here. */
  public void skip(int member, long count) {
    long before = of(member);
    if (count > before) {
      Gap open = gaps.get(member);
      setGap(member, new Gap(open == null ? before : open.after(), count));
      raise(member, count);
    }
  }

  /** No member is away any more that could have what is in a gap. */
  public void closeGaps() {
    gaps = new TreeMap<>();
  }

  /** Takes over what another member has delivered. */
  public void merge(Deliveries other) {
    for (int member = 0; member < Math.max(counts.length, other.counts.length); member++) {
      Gap mine = gaps.get(member);
      Gap its = other.gaps.get(member);
      if (mine != null || its != null) {
        long after =
            Math.max(
                mine == null ? of(member) : mine.after(),
                its == null ? other.of(member) : its.after());
        long before = Math.max(mine == null ? 0 : mine.before(), its == null ? 0 : its.before());
        setGap(member, new Gap(after, before));
      }
      raise(member, other.of(member));
    }
  }

  private void setGap(int member, Gap gap) {
    TreeMap<Integer, Gap> changed = new TreeMap<>(gaps);
    if (gap.after() + 1 < gap.before()) {
      changed.put(member, gap);
    } else {
      changed.remove(member);
    }
    gaps = changed;
  }

  /** The highest of all counts. */
  public long highest() {
    return Arrays.stream(counts).max().orElse(0);
  }

  /** The counts as they are now. */
  public VectorClock clock() {
    return VectorClock.of(counts);
  }

  @Override
  public String toString() {
    return gaps.isEmpty() ? clock().toString() : clock() + " without " + gaps;
  }
}
