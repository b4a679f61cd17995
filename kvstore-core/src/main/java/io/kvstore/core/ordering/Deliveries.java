package io.kvstore.core.ordering;

import io.kvstore.spi.VectorClock;
import java.util.Arrays;

/**
 * How many writes of each member have been delivered here: a vector clock that is changed in place.
 *
 * <p>A thread that does not own it may look at it meanwhile, and sees counts that it had.
 */
public final class Deliveries {
  private long[] counts = {};

  /** Nothing has been delivered yet. */
  public Deliveries() {}

  /** The count of one member. */
  public long of(int member) {
    long[] all = counts;
    return member < all.length ? all[member] : 0;
  }

  /** Notes that everything of a member up to here has been delivered. */
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
    return clock().toString();
  }
}
