package io.kvstore.core.replication;

import io.kvstore.core.spi.Ordered;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What a log has let go of while another member may lack it, without what later operations have
 * made needless: a put or a removal replaces what came before it under its key, and numbers that
 * are added, or texts that are appended, become one. So it does not grow with the operations, but
 * with the keys that they touch.
 *
 * <p>A member that lacks a part of it lacks whole segments: a new one begins after each position at
 * which a member may have been when it was heard of last. Otherwise what is added from there on
 * could not be told from what that member has.
 *
 * <pre>
 *                       may have come up to here, but no farther
 *   lagging member   ────────┬──┬──┬──┬──┐
 *   compacted log            │61│62│63│64│65 … 900           │
 *   log                                                       901 902 903 …
 * </pre>
 */
public final class CompactedLog {
  /**
   * Operations that follow each other, and what is left of them.
   *
   * @param first the position of the first of them
   * @param last the position of the last of them
   * @param operations what has the same effect as all of them
   */
  public record Segment(long first, long last, List<Ordered> operations) {}

  private static final int FIRST_MERGE = 64;

  private final ArrayDeque<CompactedSegment> segments = new ArrayDeque<>();
  private int nextMerge = FIRST_MERGE;

  /** Nothing yet. */
  public CompactedLog() {}

  /**
   * Adds the operation after the last one, with what it did.
   *
   * @param mayEnd whether a member may have everything up to a position, and nothing after it
   */
  public void add(Ordered performed, LongPredicate mayEnd) {
    if (segments.isEmpty() || mayEnd.test(performed.position() - 1)) {
      segments.add(new CompactedSegment(performed));
      mergeIfMany(mayEnd);
    } else {
      segments.getLast().add(performed);
    }
  }

  private void mergeIfMany(LongPredicate mayEnd) {
    if (segments.size() < nextMerge) {
      return;
    }
    ArrayDeque<CompactedSegment> before = new ArrayDeque<>(segments);
    segments.clear();
    for (CompactedSegment each : before) {
      if (segments.isEmpty() || mayEnd.test(each.first() - 1)) {
        segments.add(each);
      } else {
        segments.getLast().add(each);
      }
    }
    nextMerge = Math.max(FIRST_MERGE, 2 * segments.size());
  }

  /** Forgets what every member has that has everything up to here. */
  public void forgetUpTo(long position) {
    while (!segments.isEmpty() && segments.getFirst().last() <= position) {
      segments.removeFirst();
    }
  }

  /** Forgets everything. */
  public void clear() {
    segments.clear();
    nextMerge = FIRST_MERGE;
  }

  /** All that is left, the oldest first. */
  public List<Segment> segments() {
    return segments.stream()
        .map(each -> new Segment(each.first(), each.last(), each.operations()))
        .toList();
  }
}
