package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import java.util.TreeMap;

/**
 * In which term each entry of a log was ordered. Terms never go down along a log, so only the
 * positions are kept at which another one begins.
 *
 * <pre>
 *   position   41  42  43  44  45  46
 *   term        3   3   3   5   5   6     kept: 41 → 3, 44 → 5, 46 → 6
 * </pre>
 */
public final class LogTerms {
  private final TreeMap<Long, Long> begins = new TreeMap<>(); // position → term

  /** Of a log that is empty. */
  public LogTerms() {
    restartAfter(0, 0);
  }

  /** Begins anew: the entry at this position, and those before, count as of this term. */
  public void restartAfter(long position, long term) {
    begins.clear();
    begins.put(position, term);
  }

  /** The entry at the next position was ordered in this term. */
  public void append(long position, long term) {
    if (last() != term) {
      begins.put(position, term);
    }
  }

  /** The term of the entry at a position, which is not before one that was forgotten. */
  public long at(long position) {
    return requireNonNull(begins.floorEntry(position), "a term that is kept").getValue();
  }

  /** The term of the last entry. */
  public long last() {
    return begins.lastEntry().getValue();
  }

  /** Takes back all entries after a position. */
  public void truncateAfter(long position) {
    begins.tailMap(position, false).clear();
  }

  /** Forgets the terms of all entries before a position. */
  public void forgetBefore(long position) {
    Long first = begins.floorKey(position);
    if (first != null) {
      begins.headMap(first, false).clear();
    }
  }

  @Override
  public String toString() {
    return begins.toString();
  }
}
