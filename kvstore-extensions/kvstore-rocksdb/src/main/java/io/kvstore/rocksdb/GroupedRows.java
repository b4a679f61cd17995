package io.kvstore.rocksdb;

import io.kvstore.Bytes;
import io.kvstore.core.datalet.EntryFormat;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Entry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;

/**
 * Entries and notes in a database, which change in groups: all of a group comes back, or nothing of
 * it.
 *
 * <p>A group is gathered in memory up to some bytes. What is more goes into the database at once, a
 * piece at a time, and so do the entries that were there before: they are put back when the group
 * turns out to have no end.
 */
final class GroupedRows {
  private static final byte FORMAT = 1;
  private static final int META_BYTES = 1 + Long.BYTES + Long.BYTES;
  private static final int ROW_BYTES = 100; // what a row takes in memory beside its key and value

  private final Database database;
  private final int pieceBytes;
  private final Map<Bytes, Optional<Entry>> pending = new LinkedHashMap<>(); // of the group
  private final Map<Bytes, Bytes> pendingNotes = new LinkedHashMap<>();
  private final Map<Bytes, Optional<Entry>> read = new HashMap<>(); // in the group, and not changed
  private long readBytes;
  private long pendingBytes;
  private boolean isInGroup;
  private boolean isInPieces; // a part of the group is in the database
  private long generation = 1;
  private long count;
  private @Nullable Bytes highest; // above it there is no key; null when there is none at all
  private long committedGeneration = 1;
  private long committedCount;

  private GroupedRows(Database database, int pieceBytes) {
    this.database = database;
    this.pieceBytes = pieceBytes;
  }

  /**
   * What a database has kept.
   *
   * @param pieceBytes how much of a group is gathered in memory
   */
  static GroupedRows open(Database database, int pieceBytes) {
    GroupedRows rows = new GroupedRows(database, pieceBytes);
    rows.readMeta();
    new UnfinishedGroup(database, rows.generation).takeBack();
    rows.findHighest();
    return rows;
  }

  private void readMeta() {
    byte[] meta = database.get(RowKeys.META);
    if (meta == null) {
      return;
    }
    ByteBuffer from = ByteBuffer.wrap(meta);
    byte format = from.get();
    if (format != FORMAT) {
      throw new IllegalStateException(
          database + " has the format " + format + ": this version reads " + FORMAT);
    }
    generation = from.getLong();
    count = from.getLong();
    committedGeneration = generation;
    committedCount = count;
  }

  private void findHighest() {
    byte[] last = database.last(RowKeys.generation(generation), end(generation));
    highest = last == null ? null : RowKeys.keyOfEntry(last);
  }

  // Reading

  @Nullable Entry get(Bytes key) {
    Optional<Entry> changed = pending.get(key);
    if (changed != null) {
      return changed.orElse(null);
    }
    Optional<Entry> known = read.get(key);
    Optional<Entry> found = known == null ? stored(key) : known;
    if (known == null && isInGroup) {
      remember(key, found);
    }
    return found.orElse(null);
  }

  /** What is read in a group is often read once more, when it is changed. */
  private void remember(Bytes key, Optional<Entry> found) {
    readBytes += bytes(key, found);
    if (readBytes > pieceBytes) {
      forgetRead();
    } else {
      read.put(key, found);
    }
  }

  private void forgetRead() {
    read.clear();
    readBytes = 0;
  }

  private static long bytes(Bytes key, Optional<Entry> entry) {
    Bytes value = entry.map(Entry::value).orElse(null);
    return (long) ROW_BYTES + key.size() + (value == null ? 0 : value.size());
  }

  private Optional<Entry> stored(Bytes key) {
    if (highest == null || key.compareTo(highest) > 0) {
      return Optional.empty(); // as with a copy that comes in, whose keys ascend
    }
    byte[] stored = database.get(RowKeys.entry(generation, key));
    return stored == null ? Optional.empty() : Optional.of(EntryFormat.decode(stored));
  }

  long size() {
    return count;
  }

  /** Shows the entries from a key on, up to another; an empty end means all the rest. */
  void scan(Bytes from, Bytes to, Visitor visitor) {
    writePending();
    byte[] end = to.isEmpty() ? end(generation) : RowKeys.entry(generation, to);
    if (to.isEmpty() || from.compareTo(to) < 0) {
      database.scan(
          RowKeys.entry(generation, from), end, (row, value) -> show(row, value, visitor));
    }
  }

  /** Shows all entries, each of which is likely to be looked at this once. */
  void forEach(Visitor visitor) {
    writePending();
    database.scanOnce(
        RowKeys.generation(generation),
        end(generation),
        null,
        (row, value) -> show(row, value, visitor));
  }

  /** The entries as they are now, for as long as the moment is not released. */
  Moment freeze() {
    writePending();
    return new Moment(database, database.snapshot(), generation);
  }

  private static boolean show(byte[] row, byte[] value, Visitor visitor) {
    return visitor.visit(RowKeys.keyOfEntry(row), EntryFormat.decode(value));
  }

  private static byte[] end(long generation) {
    return RowKeys.generation(generation + 1);
  }

  void forEachNote(BiConsumer<Bytes, Bytes> visitor) {
    Map<Bytes, Bytes> notes = new LinkedHashMap<>();
    database.scan(
        RowKeys.NOTES,
        RowKeys.NOTES_END,
        (row, text) -> notes.put(RowKeys.nameOf(row), Bytes.wrap(text)) == null);
    notes.putAll(pendingNotes);
    notes.forEach(
        (name, text) -> {
          if (!text.isEmpty()) {
            visitor.accept(name, text);
          }
        });
  }

  // Writing

  /** Sets the entry of a key that has this one, or takes it away. */
  void set(Bytes key, @Nullable Entry before, @Nullable Entry after) {
    count += (after == null ? 0 : 1) - (before == null ? 0 : 1);
    Optional<Entry> changed = Optional.ofNullable(after);
    pending.put(key, changed);
    pendingBytes += bytes(key, changed);
    read.remove(key);
    if (highest == null || key.compareTo(highest) > 0) {
      highest = key;
    }
    if (isInGroup && pendingBytes >= pieceBytes) {
      writePending();
    }
    commitUnlessInGroup();
  }

  /** Begins a generation; in a group also where nothing is, so that nothing need be put back. */
  void clear() {
    if (count > 0 || isInGroup) {
      pending.clear();
      pendingBytes = 0;
      forgetRead();
      generation++;
      highest = null;
      count = 0;
      commitUnlessInGroup();
    }
  }

  void note(Bytes name, Bytes text) {
    pendingNotes.put(name, text);
    commitUnlessInGroup();
  }

  void begin() {
    if (isInGroup) {
      throw new IllegalStateException("a group has been begun, and is not committed");
    }
    isInGroup = true;
  }

  /** Ends the group; tells whether anything was in it. */
  boolean commit() {
    isInGroup = false;
    forgetRead();
    boolean hasChanged =
        isInPieces
            || !pending.isEmpty()
            || !pendingNotes.isEmpty()
            || generation != committedGeneration;
    if (hasChanged) {
      database.write(this::addGroup);
      pending.clear();
      pendingNotes.clear();
      pendingBytes = 0;
      isInPieces = false;
      committedGeneration = generation;
      committedCount = count;
    }
    return hasChanged;
  }

  boolean isInGroup() {
    return isInGroup;
  }

  private void commitUnlessInGroup() {
    if (!isInGroup) {
      commit();
    }
  }

  private void addGroup(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<Bytes, Optional<Entry>> each : pending.entrySet()) {
      addEntry(batch, each.getKey(), each.getValue());
    }
    for (Map.Entry<Bytes, Bytes> each : pendingNotes.entrySet()) {
      if (each.getValue().isEmpty()) {
        batch.delete(RowKeys.note(each.getKey()));
      } else {
        batch.put(RowKeys.note(each.getKey()), each.getValue().toArray());
      }
    }
    if (generation != committedGeneration) {
      batch.deleteRange(RowKeys.generation(committedGeneration), RowKeys.generation(generation));
    }
    if (isInPieces) {
      batch.deleteRange(RowKeys.UNDO, RowKeys.UNDO_END);
    }
    if (generation != committedGeneration || count != committedCount) {
      batch.put(RowKeys.META, meta());
    }
  }

  private byte[] meta() {
    ByteBuffer meta = ByteBuffer.allocate(META_BYTES);
    return meta.put(FORMAT).putLong(generation).putLong(count).array();
  }

  private void addEntry(WriteBatch batch, Bytes key, Optional<Entry> after)
      throws RocksDBException {
    byte[] row = RowKeys.entry(generation, key);
    if (after.isEmpty()) {
      batch.delete(row);
    } else {
      batch.put(row, EntryFormat.encode(after.get()));
    }
  }

  /** Writes what the group has so far, and what was there before it. */
  private void writePending() {
    if (!pending.isEmpty()) {
      database.write(this::addPiece);
      isInPieces = true;
      pending.clear();
      pendingBytes = 0;
    }
  }

  private void addPiece(WriteBatch batch) throws RocksDBException {
    for (Map.Entry<Bytes, Optional<Entry>> each : pending.entrySet()) {
      if (generation == committedGeneration) { // others are forgotten as a whole
        addUndo(batch, each.getKey());
      }
      addEntry(batch, each.getKey(), each.getValue());
    }
  }

  private void addUndo(WriteBatch batch, Bytes key) throws RocksDBException {
    byte[] row = RowKeys.undo(key);
    if (database.get(row) != null) {
      return; // that is what was there before the group
    }
    batch.put(row, UnfinishedGroup.undo(database.get(RowKeys.entry(generation, key))));
  }

  /** The entries of one moment. */
  record Moment(Database database, Snapshot snapshot, long generation) {
    void scan(Bytes from, Visitor visitor) {
      database.scanOnce(
          RowKeys.entry(generation, from),
          end(generation),
          snapshot,
          (row, value) -> show(row, value, visitor));
    }

    void release() {
      database.release(snapshot);
    }
  }
}
