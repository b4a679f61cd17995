package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.nio.ByteBuffer;

/**
 * How an entry is written by datalets that have it in another store, with its most significant
 * bytes first.
 *
 * <pre>
 *   presence 1, flags 4, version 8, expiry 8, [counts of the context 4, each 8], [value]
 * </pre>
 */
public final class EntryFormat {
  private static final int FIXED_BYTES = 1 + 4 + 8 + 8;
  private static final int HAS_VALUE = 1;
  private static final int HAS_CONTEXT = 2;

  private EntryFormat() {}

  /** All of an entry but its key. */
  public static byte[] encode(Entry entry) {
    Bytes value = entry.value();
    VectorClock context = entry.context();
    int contextBytes = context == null ? 0 : 4 + 8 * context.length();
    int valueAt = FIXED_BYTES + contextBytes;
    byte[] encoded = new byte[Math.addExact(valueAt, value == null ? 0 : value.size())];
    ByteBuffer to = ByteBuffer.wrap(encoded);
    to.put((byte) ((value == null ? 0 : HAS_VALUE) | (context == null ? 0 : HAS_CONTEXT)));
    to.putInt(entry.flags()).putLong(entry.version()).putLong(entry.expiresAt());
    if (context != null) {
      to.putInt(context.length());
      for (int member = 0; member < context.length(); member++) {
        to.putLong(context.get(member));
      }
    }
    if (value != null) {
      value.copyTo(encoded, valueAt);
    }
    return encoded;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws RuntimeException when it did not write this
   */
  public static Entry decode(byte[] encoded) {
    ByteBuffer from = ByteBuffer.wrap(encoded);
    int presence = from.get();
    int flags = from.getInt();
    long version = from.getLong();
    long expiresAt = from.getLong();
    VectorClock context = (presence & HAS_CONTEXT) == 0 ? null : readClock(from);
    Bytes value = null;
    if ((presence & HAS_VALUE) != 0) {
      byte[] rest = new byte[from.remaining()];
      from.get(rest);
      value = Bytes.wrap(rest);
    }
    return new Entry(value, flags, version, expiresAt, context);
  }

  private static VectorClock readClock(ByteBuffer from) {
    long[] counts = new long[from.getInt()];
    for (int member = 0; member < counts.length; member++) {
      counts[member] = from.getLong();
    }
    return VectorClock.of(counts);
  }
}
