package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DamagedFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of records that are no longer needed, a little with each write.
 *
 * <p>It takes a full segment of which at most half is needed, appends what is needed to the end of
 * the log like any other record, and then deletes the file. There is nothing to switch over and
 * nothing to repair: until the file is deleted, the log has some records twice, and the later one
 * says the same. The invariant is that a file is deleted only when the disk keeps everything that
 * was copied out of it, whatever the {@link Fsync}.
 *
 * <p>The work of a write is in proportion to its size, and enough: reading four bytes for each one
 * that is appended frees at least two.
 */
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  /** How many bytes are looked at for each byte that is appended. */
  private static final int PACE = 4;

  /** A segment of which more than this part is needed is left as it is. */
  private static final double MOST_NEEDED_PART = 0.5;

  /** Which part of a segment is appended before the segments are looked through again. */
  private static final int LOOKS_PER_SEGMENT = 64;

  private final Log log;
  private final LogIndex index;
  private final NoteIndex notes;
  private final long bytesBetweenLooks;
  private @Nullable SegmentReader reader;
  private long untilNextLook;
  private long credit;

  Compaction(Log log, LogIndex index, NoteIndex notes, LogDatalet.Sizes sizes) {
    this.log = log;
    this.index = index;
    this.notes = notes;
    bytesBetweenLooks = sizes.segmentBytes() / LOOKS_PER_SEGMENT;
  }

  /**
   * Does its share of work for so many bytes that were appended. Never within a group: what it
   * copies must not go away with one that is not finished. And not while a copy of everything is
   * read: the records that it needs may count no more.
   */
  void advance(long appended) {
    if (index.isFrozen()) {
      return;
    }
    if (reader == null) {
      untilNextLook -= appended;
      if (untilNextLook <= 0) {
        look();
      }
    }
    credit += PACE * appended;
    while (reader != null && credit > 0) {
      credit -= step(reader);
    }
  }

  /** Leaves the segment at hand, since the log was cleared: nothing in it counts any more. */
  void restart() {
    reader = null;
    untilNextLook = 0;
  }

  private void look() {
    Segment segment = mostlyUnneeded();
    if (segment == null) {
      untilNextLook = bytesBetweenLooks;
    } else {
      boolean mayHaveNotes = segment.neededBytes() > 0;
      long start = mayHaveNotes ? Segment.HEADER_BYTES : index.countsFrom(segment);
      reader = new SegmentReader(segment, start);
      credit = 0;
    }
  }

  /**
   * The full segment of which the smallest part is needed, if that is at most half; of several the
   * oldest.
   *
   * <p>No entry from before the last clear is needed, but notes may be: so the clear, which hides
   * the entries, stays as long as there is anything before it.
   */
  private @Nullable Segment mostlyUnneeded() {
    Segment best = null;
    double smallestPart = 1;
    for (Segment segment : log.segments()) {
      double part = (double) segment.neededBytes() / segment.size();
      if (part < smallestPart && !log.isWrittenTo(segment) && !hidesOlder(segment)) {
        best = segment;
        smallestPart = part;
      }
    }
    return smallestPart <= MOST_NEEDED_PART ? best : null;
  }

  private boolean hidesOlder(Segment segment) {
    return index.isClearedIn(segment) && segment != log.segments().iterator().next();
  }

  /** Deals with one record, or without one with the file; how many bytes were looked at. */
  private int step(SegmentReader from) {
    long offset = from.position();
    byte[] record = from.next();
    if (record != null) {
      int length = record.length;
      keepIfNeeded(record, from.segment(), offset);
      return length;
    }
    if (!from.isAtEnd()) {
      throw new DamagedFileException(
          from.segment().file().path(), offset, "no record is there any more");
    }
    log.noteDeletion(from.segment());
    log.forceForGood();
    log.delete(from.segment());
    LOG.debug("compacted {}", from.segment());
    reader = null;
    return 0;
  }

  private void keepIfNeeded(byte[] record, Segment segment, long offset) {
    RecordFormat.setAlone(record); // its group is complete
    if (RecordFormat.kindOf(record) == RecordFormat.NOTE) {
      Bytes name = RecordFormat.keyOf(record);
      if (notes.isNewest(name, segment, offset)) {
        notes.put(name, log.append(record));
      }
    } else if (offset >= index.countsFrom(segment)) {
      keepEntryIfNeeded(record, segment, offset);
    }
  }

  private void keepEntryIfNeeded(byte[] record, Segment segment, long offset) {
    switch (RecordFormat.kindOf(record)) {
      case RecordFormat.PUT -> {
        Bytes key = RecordFormat.keyOf(record);
        if (index.isPresent(key, segment, offset)) {
          index.put(key, log.append(record));
        }
        index.forgetHidden(key);
      }
      case RecordFormat.REMOVE -> {
        Bytes key = RecordFormat.keyOf(record);
        if (index.isHiding(key, segment, offset)) {
          index.remove(key, log.append(record));
        }
      }
      default -> {}
    }
  }
}
