package io.kvstore.rocksdb;

import io.kvstore.Bytes;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.rocksdb.GroupedRows.Moment;
import io.kvstore.spi.Entry;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The entries of one replica in a RocksDB of its own, none of them on the heap. */
final class RocksDatalet implements DurableDatalet {
  /**
   * How it is to be opened.
   *
   * @param pieceBytes how much of a group of writes is gathered in memory
   */
  record Setting(SharedMemory memory, Fsync fsync, LongSupplier nanoTime, int pieceBytes) {
    static final int PIECE_BYTES = 1 << 20;
  }

  private final ReplicaFolder folder;
  private final Path path; // of the database
  private final Database database;
  private final GroupedRows rows;
  private final Setting setting;
  private final Set<FrozenRows> frozen = new LinkedHashSet<>();
  private final Set<FileScratch> scratches = new LinkedHashSet<>();
  private boolean replacesOlder; // the first group makes an older database count no more
  private boolean hasUnsynced;
  private long forcedAt;
  private boolean isClosed;

  private RocksDatalet(
      ReplicaFolder folder,
      Path path,
      Database database,
      GroupedRows rows,
      Setting setting,
      boolean replacesOlder) {
    this.folder = folder;
    this.path = path;
    this.database = database;
    this.rows = rows;
    this.setting = setting;
    this.replacesOlder = replacesOlder;
    forcedAt = setting.nanoTime().getAsLong();
  }

  /** Opens what is there. */
  static RocksDatalet open(Path directory, Setting setting) {
    return open(directory, setting, false);
  }

  /** Begins a database beside one that is damaged, and replaces that with its first group. */
  static RocksDatalet openAnew(Path directory, Setting setting) {
    return open(directory, setting, true);
  }

  private static RocksDatalet open(Path directory, Setting setting, boolean replacesOlder) {
    ReplicaFolder folder = ReplicaFolder.open(directory);
    try {
      Path path = replacesOlder ? folder.another() : folder.database();
      Database database = Database.open(path, setting.memory());
      try {
        folder.forceNames();
        GroupedRows rows = GroupedRows.open(database, setting.pieceBytes());
        return new RocksDatalet(folder, path, database, rows, setting, replacesOlder);
      } catch (RuntimeException | Error failed) {
        database.close();
        throw failed;
      }
    } catch (RuntimeException | Error failed) {
      folder.close();
      throw failed;
    }
  }

  // Reading

  @Override
  public @Nullable Entry get(Bytes key) {
    return rows.get(key);
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    rows.scan(from, to, visitor);
  }

  @Override
  public void forEach(Visitor visitor) {
    rows.forEach(visitor);
  }

  @Override
  public long size() {
    return rows.size();
  }

  @Override
  public OnHeap onHeap() {
    return OnHeap.NOTHING;
  }

  @Override
  public Frozen freeze() {
    FrozenRows now = new FrozenRows(rows.freeze());
    frozen.add(now);
    return now;
  }

  @Override
  public Scratch scratch() {
    FileScratch made = new FileScratch(folder.scratch(), scratches::remove);
    scratches.add(made);
    return made;
  }

  @Override
  public void forEachNote(BiConsumer<Bytes, Bytes> visitor) {
    rows.forEachNote(visitor);
  }

  // Writing

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    return set(key, rows.get(key), entry);
  }

  @Override
  public @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    Entry before = rows.get(key);
    if (before == null || before.version() < entry.version()) {
      set(key, before, entry);
    }
    return before;
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    Entry before = rows.get(key);
    if (before != null) {
      set(key, before, null);
    }
    return before;
  }

  private @Nullable Entry set(Bytes key, @Nullable Entry before, @Nullable Entry after) {
    rows.set(key, before, after);
    onWritten();
    return before;
  }

  @Override
  public void clear() {
    rows.clear();
    onWritten();
  }

  @Override
  public void note(Bytes name, Bytes text) {
    rows.note(name, text);
    onWritten();
  }

  @Override
  public void begin() {
    rows.begin();
  }

  @Override
  public void commit() {
    if (rows.commit()) {
      onWritten();
    }
  }

  private void onWritten() {
    hasUnsynced = true;
    if (replacesOlder && !rows.isInGroup()) {
      database.sync();
      folder.setAsideBefore(path);
      replacesOlder = false;
    }
  }

  /** What was written is with the operating system already. */
  @Override
  public void sync() {
    if (hasUnsynced) {
      long now = setting.nanoTime().getAsLong();
      if (setting.fsync().isDueAfter(now - forcedAt)) {
        force();
        forcedAt = now;
      }
    }
  }

  private void force() {
    database.sync();
    hasUnsynced = false;
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (folder;
        database) {
      List.copyOf(frozen).forEach(FrozenRows::close);
      List.copyOf(scratches).forEach(FileScratch::close);
      if (hasUnsynced && database.isIntact()) {
        force();
      }
    }
  }

  /** What its database tells of itself. */
  long figure(String property) {
    return database.figure(property);
  }

  /** Whether the disk keeps all that was written. */
  boolean isForced() {
    return !hasUnsynced;
  }

  /** Entries that other members read. */
  private final class FrozenRows implements Frozen {
    private final Moment moment;

    FrozenRows(Moment moment) {
      this.moment = moment;
    }

    @Override
    public void scan(Bytes from, Visitor visitor) {
      if (!isClosed && !frozen.contains(this)) {
        throw new IllegalStateException("the entries of " + path + " at that moment are released");
      }
      moment.scan(from, visitor);
    }

    @Override
    public void close() {
      if (frozen.remove(this)) {
        moment.release();
      }
    }
  }
}
