package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How one record of a log is written, with its most significant bytes first.
 *
 * <pre>
 *   length   4   of the body
 *   checksum 4   CRC32C of the segment's number, the record's offset, the length and the body
 *   body         kind 1, then by kind:
 *     PUT        key length 4, key, presence 1, flags 4, version 8, expiry 8,
 *                [counts of the context 4, each 8], [value]
 *     REMOVE     key
 *     CLEAR      nothing
 *     FORCED     nothing: everything before it was once kept by the disk
 *     END        nothing: the segment is full
 *     NOTE       name length 4, name, text
 *     COMMIT     nothing: the end of a group
 *     CHAIN      sum 8: which older segments are there, see Chain
 *     DELETED    number 8: this segment is about to be deleted
 *     ANEW       nothing: what older segments hold counts no more, once the first group is whole
 * </pre>
 *
 * <p>A kind has its highest bit set when it belongs to a group that is not at its end yet. CHAIN
 * and DELETED always have it, and belong to none.
 *
 * <p>The checksum covers the place, so a record is one only where it was written: a value that
 * holds a copy of a log, or an old block that the file system handed out again, is never taken for
 * a part of this log.
 */
final class RecordFormat {
  static final byte PUT = 1;
  static final byte REMOVE = 2;
  static final byte CLEAR = 3;
  static final byte FORCED = 4;
  static final byte END = 5;
  static final byte NOTE = 6;
  static final byte COMMIT = 7;
  static final byte ANEW = 8;
  static final byte CHAIN = 9;
  static final byte DELETED = 10;

  private static final int MORE_FOLLOWS = 0x80;

  /** What stands before a body. */
  static final int FRAME_BYTES = 8;

  /** A record that says only what it is. */
  static final int BARE_BYTES = FRAME_BYTES + 1;

  private static final int KEY_AT = FRAME_BYTES + 1 + 4;
  private static final int PLACE_BYTES = 8 + 8 + 4;

  private static final int HAS_VALUE = 1;
  private static final int HAS_CONTEXT = 2;

  private RecordFormat() {}

  static byte[] bare(byte kind) {
    byte[] record = new byte[BARE_BYTES];
    record[FRAME_BYTES] = kind;
    return record;
  }

  static byte[] numbered(byte kind, long number) {
    byte[] record = new byte[BARE_BYTES + 8];
    record[FRAME_BYTES] = kind;
    ByteBuffer.wrap(record).putLong(BARE_BYTES, number);
    setMoreFollows(record);
    return record;
  }

  /** The number in a record of the log itself. */
  static long numberOf(byte[] record) {
    return ByteBuffer.wrap(record).getLong(BARE_BYTES);
  }

  static byte[] remove(Bytes key) {
    byte[] record = new byte[BARE_BYTES + key.size()];
    record[FRAME_BYTES] = REMOVE;
    key.copyTo(record, BARE_BYTES);
    return record;
  }

  static byte[] put(Bytes key, Entry entry) {
    Bytes value = entry.value();
    VectorClock context = entry.context();
    ByteBuffer record = ByteBuffer.wrap(new byte[sizeOfPut(key, value, context)]);
    record.position(FRAME_BYTES);
    record.put(PUT).putInt(key.size());
    append(record, key);
    record.put((byte) ((value == null ? 0 : HAS_VALUE) | (context == null ? 0 : HAS_CONTEXT)));
    record.putInt(entry.flags()).putLong(entry.version()).putLong(entry.expiresAt());
    if (context != null) {
      record.putInt(context.length());
      for (int member = 0; member < context.length(); member++) {
        record.putLong(context.get(member));
      }
    }
    if (value != null) {
      append(record, value);
    }
    return record.array();
  }

  /** Completes a record for the place where it is about to be written. */
  static void stamp(byte[] record, long segment, long offset) {
    int length = record.length - FRAME_BYTES;
    ByteBuffer.wrap(record).putInt(length).putInt(checksum(record, segment, offset));
  }

  /** Whether these bytes are a whole record, unchanged, in its own place. */
  static boolean isIntact(byte[] record, long segment, long offset) {
    ByteBuffer frame = ByteBuffer.wrap(record);
    return frame.getInt() == record.length - FRAME_BYTES
        && frame.getInt() == checksum(record, segment, offset);
  }

  static byte[] note(Bytes name, Bytes text) {
    ByteBuffer record = ByteBuffer.wrap(new byte[KEY_AT + name.size() + text.size()]);
    record.position(FRAME_BYTES);
    record.put(NOTE).putInt(name.size());
    append(record, name);
    append(record, text);
    return record.array();
  }

  /** Says of a record that its group is not at its end. */
  static void setMoreFollows(byte[] record) {
    record[FRAME_BYTES] |= (byte) MORE_FOLLOWS;
  }

  /** Says of a record that it needs no other. */
  static void setAlone(byte[] record) {
    record[FRAME_BYTES] &= (byte) ~MORE_FOLLOWS;
  }

  static boolean moreFollows(byte[] record) {
    return (record[FRAME_BYTES] & MORE_FOLLOWS) != 0;
  }

  static byte kindOf(byte[] record) {
    return (byte) (record[FRAME_BYTES] & ~MORE_FOLLOWS);
  }

  /** The key of a record that puts or removes, the name of one that notes. */
  static Bytes keyOf(byte[] record) {
    return kindOf(record) == REMOVE
        ? copy(record, BARE_BYTES, record.length - BARE_BYTES)
        : copy(record, KEY_AT, keyLength(record));
  }

  /** The text of a record that notes. */
  static Bytes textOf(byte[] record) {
    int start = KEY_AT + keyLength(record);
    return copy(record, start, record.length - start);
  }

  /** The entry of a record that puts. */
  static Entry entryOf(byte[] record) {
    ByteBuffer rest = ByteBuffer.wrap(record);
    rest.position(KEY_AT + keyLength(record));
    int presence = rest.get();
    int flags = rest.getInt();
    long version = rest.getLong();
    long expiresAt = rest.getLong();
    VectorClock context = (presence & HAS_CONTEXT) == 0 ? null : readClock(rest);
    Bytes value =
        (presence & HAS_VALUE) == 0 ? null : copy(record, rest.position(), rest.remaining());
    return new Entry(value, flags, version, expiresAt, context);
  }

  private static int sizeOfPut(Bytes key, @Nullable Bytes value, @Nullable VectorClock context) {
    long size = (long) KEY_AT + key.size() + 1 + 4 + 8 + 8;
    size += context == null ? 0 : 4 + 8L * context.length();
    size += value == null ? 0 : value.size();
    if (size > Integer.MAX_VALUE - FRAME_BYTES) {
      throw new IllegalArgumentException(
          "an entry of " + size + " bytes is too large for a record: split the value");
    }
    return (int) size;
  }

  private static int keyLength(byte[] record) {
    return ByteBuffer.wrap(record).getInt(KEY_AT - 4);
  }

  private static VectorClock readClock(ByteBuffer from) {
    long[] counts = new long[from.getInt()];
    for (int member = 0; member < counts.length; member++) {
      counts[member] = from.getLong();
    }
    return VectorClock.of(counts);
  }

  private static int checksum(byte[] record, long segment, long offset) {
    byte[] place = new byte[PLACE_BYTES];
    ByteBuffer.wrap(place).putLong(segment).putLong(offset).putInt(record.length - FRAME_BYTES);
    CRC32C checksum = new CRC32C();
    checksum.update(place);
    checksum.update(record, FRAME_BYTES, record.length - FRAME_BYTES);
    return (int) checksum.getValue();
  }

  private static void append(ByteBuffer record, Bytes bytes) {
    record.put(bytes.toArray());
  }

  private static Bytes copy(byte[] record, int start, int length) {
    byte[] part = new byte[length];
    System.arraycopy(record, start, part, 0, length);
    return Bytes.wrap(part);
  }
}
