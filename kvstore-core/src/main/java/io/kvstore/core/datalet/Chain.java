package io.kvstore.core.datalet;

import io.kvstore.core.spi.DamagedFileException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a segment in the middle of a log was lost.
 *
 * <p>The numbers of the segments do not say: compaction takes some out. So each segment begins with
 * a sum over the older ones that are there, and before one of these is deleted, a record says so.
 * What is then missing though it was not deleted is damage. Logs from before this was written have
 * no sums, and are not checked.
 */
final class Chain {
  private final Set<Long> deleted = new TreeSet<>(); // since the last sum
  private @Nullable Segment summed; // the segment that begins with it
  private long sum;

  /** The sum over segments, which any other selection of segments misses. */
  static long sumOf(Collection<Long> numbers) {
    return numbers.stream().mapToLong(Chain::mixed).sum();
  }

  /** Spreads neighbouring numbers over all longs (SplitMix64: Steele, Lea and Flood 2014). */
  private static long mixed(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** Takes the next record of a log; tells whether it was one of these. */
  boolean takes(byte[] record, Segment segment) {
    switch (RecordFormat.kindOf(record)) {
      case RecordFormat.CHAIN -> {
        summed = segment;
        sum = RecordFormat.numberOf(record);
        deleted.clear();
      }
      case RecordFormat.DELETED -> deleted.add(RecordFormat.numberOf(record));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Refuses a log of which a segment is missing. */
  void requireComplete(Collection<Long> numbers) {
    Segment last = summed;
    if (last == null) {
      return;
    }
    long left =
        sumOf(
            numbers.stream()
                .filter(number -> isOlder(number, last) && !isDeleted(number))
                .toList());
    long gone = sumOf(deleted.stream().filter(number -> isOlder(number, last)).toList());
    if (left != sum - gone) {
      throw new DamagedFileException(
          last.file().path(), Segment.HEADER_BYTES, "a file of the same log before it is missing");
    }
  }

  private static boolean isOlder(long number, Segment segment) {
    return number < segment.number();
  }

  /** Its deletion may have been interrupted: then it is still there, and not needed. */
  private boolean isDeleted(long number) {
    return deleted.contains(number);
  }
}
