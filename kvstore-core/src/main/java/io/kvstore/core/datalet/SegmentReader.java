package io.kvstore.core.datalet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the records of a segment from front to back. */
final class SegmentReader {
  private static final int WINDOW_BYTES = 64 << 10;

  private final Segment segment;
  private final long end;
  private final byte[] window;
  private long windowStart;
  private int windowLength;
  private long position;

  SegmentReader(Segment segment, long from) {
    this.segment = segment;
    end = segment.size();
    position = from;
    window = new byte[(int) Math.min(WINDOW_BYTES, Math.max(end - from, RecordFormat.BARE_BYTES))];
  }

  /**
   * The next record; null where there is none, be it at the end or because what is there is none.
   */
  byte @Nullable [] next() {
    byte[] record = recordAt(position);
    if (record != null) {
      position += record.length;
    }
    return record;
  }

  Segment segment() {
    return segment;
  }

  /** The end of the last record, where the next one begins. */
  long position() {
    return position;
  }

  boolean isAtEnd() {
    return position == end;
  }

  /** Whether a mark further on proves that the disk once kept what stands here. */
  boolean wasForcedHere() {
    for (long at = position + 1; at + RecordFormat.BARE_BYTES <= end; at++) {
      if (isMark(at)) {
        return true;
      }
    }
    return false;
  }

  private boolean isMark(long at) {
    int start = inWindow(at, RecordFormat.BARE_BYTES);
    ByteBuffer bytes = ByteBuffer.wrap(window);
    if (bytes.getInt(start) != 1
        || window[start + RecordFormat.FRAME_BYTES] != RecordFormat.FORCED) {
      return false;
    }
    return recordAt(at) != null;
  }

  private byte @Nullable [] recordAt(long at) {
    if (end - at < RecordFormat.BARE_BYTES) {
      return null;
    }
    int length = ByteBuffer.wrap(window).getInt(inWindow(at, RecordFormat.BARE_BYTES));
    if (length < 1 || length > end - at - RecordFormat.FRAME_BYTES) {
      return null;
    }
    byte[] record = new byte[RecordFormat.FRAME_BYTES + length];
    if (record.length <= window.length) {
      System.arraycopy(window, inWindow(at, record.length), record, 0, record.length);
    } else {
      segment.file().read(at, record, 0, record.length);
    }
    return RecordFormat.isIntact(record, segment.number(), at) ? record : null;
  }

  /**
   * Where in the window the bytes of a part of the file begin, after moving it there if need be.
   */
  private int inWindow(long at, int length) {
    if (at < windowStart || at + length > windowStart + windowLength) {
      windowStart = at;
      windowLength = (int) Math.min(window.length, end - at);
      segment.file().read(at, window, 0, windowLength);
    }
    return (int) (at - windowStart);
  }
}
