package io.kvstore.rocksdb;

import io.kvstore.core.spi.DamagedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open RocksDB, and all that is native of it. It throws {@link DamagedFileException} for what
 * is not what was written, and {@link UncheckedIOException} for every other failure.
 *
 * <p>After a failed write it is not known what the disk has: nothing is written any more.
 */
final class Database implements AutoCloseable {
  private static final int WRITE_BUFFER_BYTES = 16 << 20;
  private static final int OPEN_FILES = 256;
  private static final int FILTER_BITS = 10; // for each key: one look in a hundred is in vain
  private static final Pattern PLACE = Pattern.compile("in (?:file )?(/.*?\\.\\w+) offset (\\d+)");

  /** Adds rows to a batch. */
  interface Change {
    void addTo(WriteBatch batch) throws RocksDBException;
  }

  /** Looks at rows, one by one; false to see no more. */
  interface RowVisitor {
    boolean visit(byte[] key, byte[] value);
  }

  private interface Step<T> {
    T run() throws RocksDBException;
  }

  private final Path folder;
  private final SharedMemory memory;
  private final Deque<AutoCloseable> natives = new ArrayDeque<>(); // the last one first
  private final RocksDB rocks;
  private final WriteOptions writing;
  private @Nullable RuntimeException failure;
  private boolean isClosed;

  private Database(Path folder, SharedMemory memory) throws RocksDBException {
    this.folder = folder;
    this.memory = memory;
    memory.acquire();
    try {
      rocks = own(RocksDB.open(options(), folder.toString()));
      writing = own(new WriteOptions());
    } catch (RocksDBException | RuntimeException | Error failed) {
      closeNatives();
      throw failed;
    }
  }

  /** Opens the database in a folder, and makes it where there is none. */
  static Database open(Path folder, SharedMemory memory) {
    try {
      return new Database(folder, memory);
    } catch (RocksDBException failed) {
      throw inWords(folder, failed);
    }
  }

  private Options options() {
    Properties tracked = new Properties();
    tracked.setProperty("track_and_verify_wals_in_manifest", "true"); // has no setter in Java
    DBOptions options =
        own(DBOptions.getDBOptionsFromProps(tracked))
            .setCreateIfMissing(true)
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
            .setWriteBufferManager(memory.buffers())
            .setMaxOpenFiles(OPEN_FILES)
            .setKeepLogFileNum(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(memory.cache())
            .setCacheIndexAndFilterBlocks(true) // else they are outside of what is bounded
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(own(new BloomFilter(FILTER_BITS)));
    ColumnFamilyOptions rows =
        own(new ColumnFamilyOptions())
            .setTableFormatConfig(table)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
    return own(new Options(options, rows));
  }

  private <T extends AutoCloseable> T own(T its) {
    natives.push(its);
    return its;
  }

  /** The value of a row, null when there is none. */
  byte @Nullable [] get(byte[] row) {
    return tried(() -> rocks.get(row));
  }

  /** The key of the last row from one key up to, but without, another; null when there is none. */
  byte @Nullable [] last(byte[] from, byte[] to) {
    requireOpen();
    try (ReadOptions reading = new ReadOptions();
        Slice begin = new Slice(from);
        Slice end = new Slice(to)) {
      reading.setIterateLowerBound(begin);
      reading.setIterateUpperBound(end);
      try (RocksIterator rows = rocks.newIterator(reading)) {
        rows.seekToLast();
        rows.status();
        return rows.isValid() ? rows.key() : null;
      } catch (RocksDBException failed) {
        throw inWords(folder, failed);
      }
    }
  }

  /**
   * Shows rows from one key up to, but without, another, as they are now. They stay as they are
   * while the visitor changes some.
   */
  void scan(byte[] from, byte[] to, RowVisitor visitor) {
    try (ReadOptions reading = new ReadOptions()) {
      scan(from, to, reading, visitor);
    }
  }

  /** Shows rows as they were at the moment of a snapshot, or now where there is none. */
  void scanOnce(byte[] from, byte[] to, @Nullable Snapshot moment, RowVisitor visitor) {
    try (ReadOptions reading = new ReadOptions()) {
      reading.setFillCache(false);
      if (moment != null) {
        reading.setSnapshot(moment);
      }
      scan(from, to, reading, visitor);
    }
  }

  private void scan(byte[] from, byte[] to, ReadOptions reading, RowVisitor visitor) {
    requireOpen();
    try (Slice end = new Slice(to)) {
      reading.setIterateUpperBound(end);
      try (RocksIterator rows = rocks.newIterator(reading)) {
        boolean goesOn = true;
        for (rows.seek(from); goesOn && rows.isValid(); rows.next()) {
          goesOn = visitor.visit(rows.key(), rows.value());
        }
        rows.status();
      } catch (RocksDBException failed) {
        throw inWords(folder, failed);
      }
    }
  }

  /** Writes rows, all or none; the operating system has them when this returns. */
  void write(Change change) {
    writeStep(
        () -> {
          try (WriteBatch batch = new WriteBatch()) {
            change.addTo(batch);
            rocks.write(writing, batch);
          }
          return true;
        });
  }

  /** Makes the disk keep everything that was written. */
  void sync() {
    writeStep(
        () -> {
          rocks.syncWal();
          return true;
        });
  }

  private void writeStep(Step<Boolean> step) {
    if (failure != null) {
      throw new UncheckedIOException(
          "nothing is written any more since this failed: " + failure.getMessage(),
          new IOException(failure));
    }
    try {
      tried(step);
    } catch (RuntimeException failed) {
      failure = failed;
      throw failed;
    }
  }

  /** Deletes rows of which nothing is needed, not even by what was there before a crash. */
  void deleteForGood(byte[] from, byte[] to) {
    tried(
        () -> {
          rocks.deleteFilesInRanges(rocks.getDefaultColumnFamily(), List.of(from, to), false);
          rocks.deleteRange(writing, from, to);
          return true;
        });
  }

  /** What the database holds now; to be released. */
  Snapshot snapshot() {
    requireOpen();
    return rocks.getSnapshot();
  }

  void release(Snapshot moment) {
    if (!isClosed) {
      rocks.releaseSnapshot(moment);
      moment.close();
    }
  }

  /** What RocksDB tells of itself. */
  long figure(String property) {
    return tried(() -> rocks.getLongProperty(property));
  }

  private <T> T tried(Step<T> step) {
    requireOpen();
    try {
      return step.run();
    } catch (RocksDBException failed) {
      throw inWords(folder, failed);
    }
  }

  private void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException("the datalet in " + folder + " is closed");
    }
  }

  private static RuntimeException inWords(Path folder, RocksDBException failed) {
    String message = String.valueOf(failed.getMessage());
    Status status = failed.getStatus();
    if (status == null || status.getCode() != Status.Code.Corruption) {
      return new UncheckedIOException(folder + ": " + message, new IOException(failed));
    }
    Matcher place = PLACE.matcher(message);
    return place.find()
        ? new DamagedFileException(Path.of(place.group(1)), Long.parseLong(place.group(2)), message)
        : new DamagedFileException(folder, 0, message);
  }

  /** Whether nothing has failed that was to be written. */
  boolean isIntact() {
    return failure == null;
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      closeNatives();
    }
  }

  private void closeNatives() {
    try {
      while (!natives.isEmpty()) {
        natives.pop().close();
      }
    } catch (Exception failed) {
      throw new IllegalStateException("cannot close " + folder, failed);
    } finally {
      memory.release();
    }
  }
}
