package io.kvstore.server.client;

/**
 * How long operations took: counted in intervals that are about 1.6 percent wide, so that any
 * number of them takes the same memory. Used by one thread, and added up afterwards.
 */
final class Latencies {
  private static final int PARTS_BITS = 6; // of each power of two
  private static final int PARTS = 1 << PARTS_BITS;

  private final long[] counts = new long[PARTS * (Long.SIZE - PARTS_BITS)];
  private long number;
  private long sumNanos;
  private long longestNanos;

  void add(long nanos) {
    long took = Math.max(0, nanos);
    counts[indexOf(took)]++;
    number++;
    sumNanos += took;
    longestNanos = Math.max(longestNanos, took);
  }

  void add(Latencies others) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += others.counts[i];
    }
    number += others.number;
    sumNanos += others.sumNanos;
    longestNanos = Math.max(longestNanos, others.longestNanos);
  }

  /** Small numbers are their own index; others are told by their highest bits. */
  private static int indexOf(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int shift = Long.SIZE - 1 - PARTS_BITS - Long.numberOfLeadingZeros(nanos);
    return (shift + 1) * PARTS + (int) (nanos >>> shift) - PARTS;
  }

  /** The highest number of an interval. */
  private static long highestAt(int index) {
    if (index < PARTS) {
      return index;
    }
    int shift = index / PARTS - 1;
    return (((long) (index % PARTS + PARTS + 1)) << shift) - 1;
  }

  long number() {
    return number;
  }

  long longestNanos() {
    return longestNanos;
  }

  double meanNanos() {
    return number == 0 ? 0 : (double) sumNanos / number;
  }

  /** So many percent of the operations took no longer. */
  long percentileNanos(double percent) {
    long rank = Math.max(1, (long) Math.ceil(percent / 100 * number));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return Math.min(longestNanos, highestAt(i));
      }
    }
    return longestNanos;
  }
}
