package io.kvstore.rocksdb;

import io.kvstore.Bytes;
import java.nio.ByteBuffer;

/**
 * The keys of the rows of a database, which are in the order of their bytes.
 *
 * <pre>
 *   e GENERATION KEY   an entry; the generation has eight bytes, the most significant first
 *   m                  which generation counts, and how many entries it has
 *   n NAME             a note
 *   u KEY              what a key had before the group that is being written in pieces
 * </pre>
 */
final class RowKeys {
  static final byte[] META = {'m'};
  static final byte[] NOTES = {'n'};
  static final byte[] NOTES_END = {'n' + 1};
  static final byte[] UNDO = {'u'};
  static final byte[] UNDO_END = {'u' + 1};

  private static final int ENTRY_PREFIX = 1 + Long.BYTES;

  private RowKeys() {}

  static byte[] entry(long generation, Bytes key) {
    byte[] row = new byte[ENTRY_PREFIX + key.size()];
    row[0] = 'e';
    ByteBuffer.wrap(row).putLong(1, generation);
    key.copyTo(row, ENTRY_PREFIX);
    return row;
  }

  /** Where the entries of a generation begin. */
  static byte[] generation(long generation) {
    return entry(generation, Bytes.EMPTY);
  }

  static Bytes keyOfEntry(byte[] row) {
    return rest(row, ENTRY_PREFIX);
  }

  static byte[] note(Bytes name) {
    return prefixed('n', name);
  }

  static byte[] undo(Bytes key) {
    return prefixed('u', key);
  }

  /** The name of a note, or the key of what was there before. */
  static Bytes nameOf(byte[] row) {
    return rest(row, 1);
  }

  private static byte[] prefixed(char kind, Bytes name) {
    byte[] row = new byte[1 + name.size()];
    row[0] = (byte) kind;
    name.copyTo(row, 1);
    return row;
  }

  private static Bytes rest(byte[] row, int start) {
    byte[] part = new byte[row.length - start];
    System.arraycopy(row, start, part, 0, part.length);
    return Bytes.wrap(part);
  }
}
