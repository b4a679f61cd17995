package io.kvstore.core.datalet;

import static java.util.Objects.requireNonNull;

import io.kvstore.core.spi.DamagedFileException;
import java.util.Collection;
import java.util.SortedMap;

/**
 * Records in a row of segments, of which the newest is written to.
 *
 * <p>A segment is begun only when the disk keeps all of the one before. So a crash can tear the
 * last segment only, and what it leaves is always a beginning of the log.
 */
final class Log implements AutoCloseable {
  private final Disk disk;
  private final LogDatalet.Sizes sizes;
  private final SortedMap<Long, Segment> segments;
  private final byte[] buffer;
  private SegmentWriter writer;

  /** The log of these segments, of which the last is written to. */
  Log(Disk disk, LogDatalet.Sizes sizes, SortedMap<Long, Segment> segments) {
    this.disk = disk;
    this.sizes = sizes;
    this.segments = segments;
    buffer = new byte[sizes.bufferBytes()];
    writer = new SegmentWriter(requireNonNull(segments.get(segments.lastKey())), false, buffer);
  }

  /** Appends a record, and says where it is. */
  RecordLocation append(byte[] record) {
    boolean isEmpty = writer.position() == Segment.HEADER_BYTES;
    if (!isEmpty && writer.position() + record.length > sizes.segmentBytes()) {
      roll();
    }
    return writer.append(record);
  }

  /** The record in a place. */
  byte[] read(RecordLocation location) {
    byte[] record;
    if (isWrittenTo(location.segment())) {
      record = writer.read(location);
    } else {
      record = new byte[location.length()];
      location.segment().file().read(location.offset(), record, 0, record.length);
    }
    if (!RecordFormat.isIntact(record, location.segment().number(), location.offset())) {
      throw new DamagedFileException(
          location.segment().file().path(),
          location.offset(),
          "the checksum of a record does not fit it");
    }
    return record;
  }

  /** Hands everything to the operating system. */
  void flush() {
    writer.flush();
  }

  /** Makes the disk keep everything. */
  void force() {
    writer.force();
  }

  /**
   * Makes the disk keep everything, so that its loss would be noticed: for what is about to be
   * deleted elsewhere.
   */
  void forceForGood() {
    writer.forceMark();
  }

  /** All segments, the oldest first. */
  Collection<Segment> segments() {
    return segments.values();
  }

  boolean isWrittenTo(Segment segment) {
    return segment == writer.segment();
  }

  /** Notes that a segment is about to be deleted: see {@link Chain}. */
  void noteDeletion(Segment segment) {
    append(RecordFormat.numbered(RecordFormat.DELETED, segment.number()));
  }

  /** Deletes a segment, for good when this returns. */
  void delete(Segment segment) {
    segments.remove(segment.number());
    segment.close();
    disk.delete(Segment.nameOf(segment.number()));
    disk.forceNames();
  }

  private void roll() {
    writer.end();
    long older = Chain.sumOf(segments.keySet());
    Segment next = Segment.create(disk, writer.segment().number() + 1);
    segments.put(next.number(), next);
    writer = new SegmentWriter(next, true, buffer);
    writer.append(RecordFormat.numbered(RecordFormat.CHAIN, older));
  }

  @Override
  public void close() {
    segments.values().forEach(Segment::close);
  }
}
