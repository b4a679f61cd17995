package io.kvstore.core.datalet;

/**
 * The end of the log: writes records to the newest segment, through a buffer.
 *
 * <p>After each force it leaves a mark in the file. Recovery tells by it what a crash may have
 * torn, which is what follows the last mark, from what the disk once kept and has lost since. The
 * mark itself may be lost: then recovery only knows less.
 */
final class SegmentWriter {
  private final Segment segment;
  private final byte[] buffer;
  private int buffered;
  private boolean isForced;

  /** Goes on after what a segment has; whether the disk keeps that must be known. */
  SegmentWriter(Segment segment, boolean isForced, byte[] buffer) {
    this.segment = segment;
    this.isForced = isForced;
    this.buffer = buffer;
  }

  Segment segment() {
    return segment;
  }

  /** Where the next record goes. */
  long position() {
    return segment.size() + buffered;
  }

  /** Appends a record, and says where it is. */
  RecordLocation append(byte[] record) {
    RecordLocation location = new RecordLocation(segment, position(), record.length, 0);
    RecordFormat.stamp(record, segment.number(), location.offset());
    isForced = false;
    int copied = 0;
    while (copied < record.length) {
      if (buffered == buffer.length) {
        flush();
      }
      int piece = Math.min(record.length - copied, buffer.length - buffered);
      System.arraycopy(record, copied, buffer, buffered, piece);
      copied += piece;
      buffered += piece;
    }
    return location;
  }

  /** Reads a record, be it in the file, in the buffer, or with a part in each. */
  byte[] read(RecordLocation location) {
    byte[] record = new byte[location.length()];
    long beforeBuffer = segment.size() - location.offset();
    int inFile = (int) Math.max(0, Math.min(record.length, beforeBuffer));
    if (inFile > 0) {
      segment.file().read(location.offset(), record, 0, inFile);
    }
    if (inFile < record.length) {
      int start = (int) (inFile - beforeBuffer);
      System.arraycopy(buffer, start, record, inFile, record.length - inFile);
    }
    return record;
  }

  /** Hands everything to the operating system. */
  void flush() {
    if (buffered > 0) {
      segment.file().write(segment.size(), buffer, buffered);
      segment.resizedTo(segment.size() + buffered);
      buffered = 0;
    }
  }

  /** Makes the disk keep everything. */
  void force() {
    if (!isForced) {
      flush();
      segment.file().force();
      append(RecordFormat.bare(RecordFormat.FORCED));
      flush();
      isForced = true;
    }
  }

  /** Makes the disk keep everything, and the mark that says so. */
  void forceMark() {
    force();
    segment.file().force();
  }

  /** Closes the segment for records, and makes the disk keep it. */
  void end() {
    append(RecordFormat.bare(RecordFormat.END));
    flush();
    segment.file().force();
    isForced = true;
  }
}
