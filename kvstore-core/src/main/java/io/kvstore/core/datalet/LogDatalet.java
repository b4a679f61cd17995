package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log on disk with an index in memory: writes append, reads find the newest record of a key
 * through the index.
 *
 * <p>After an error of the disk nobody knows what it has, and trying again may seem to succeed
 * without writing anything. So from the first failed write on, nothing is written any more; what is
 * on disk shows when the log is opened again.
 */
final class LogDatalet implements Datalet {
  /**
   * How large its pieces are.
   *
   * @param bufferBytes how much is gathered in memory before it is handed to the operating system
   * @param segmentBytes from which size on a file is full
   */
  record Sizes(int bufferBytes, long segmentBytes) {
    static final Sizes DEFAULT = new Sizes(64 << 10, 16 << 20);
  }

  private final Disk disk;
  private final Fsync fsync;
  private final LongSupplier nanoTime;
  private final LogIndex index;
  private final Log log;
  private final Compaction compaction;
  private long forcedAt;
  private @Nullable RuntimeException failure;
  private boolean isClosed;

  private LogDatalet(Disk disk, Fsync fsync, LongSupplier nanoTime, Sizes sizes) {
    this.disk = disk;
    this.fsync = fsync;
    this.nanoTime = nanoTime;
    index = new LogIndex();
    log = Recovery.recover(disk, index, sizes);
    compaction = new Compaction(log, index, sizes);
    forcedAt = nanoTime.getAsLong();
  }

  /** Recovers the log on a disk. The disk is closed with the datalet, or when this fails. */
  static LogDatalet open(Disk disk, Fsync fsync, LongSupplier nanoTime, Sizes sizes) {
    try {
      return new LogDatalet(disk, fsync, nanoTime, sizes);
    } catch (RuntimeException failed) {
      disk.close();
      throw failed;
    }
  }

  @Override
  public @Nullable Entry get(Bytes key) {
    Place place = index.get(key);
    return place == null ? null : read(place);
  }

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    Entry before = get(key);
    byte[] record = RecordFormat.put(key, entry);
    write(
        () -> {
          index.put(key, log.append(record));
          compaction.advance(record.length);
        });
    return before;
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    Entry before = get(key);
    if (before != null) {
      byte[] record = RecordFormat.remove(key);
      write(
          () -> {
            index.remove(key, log.append(record));
            compaction.advance(record.length);
          });
    }
    return before;
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    for (Map.Entry<Bytes, Place> each : index.between(from, to).entrySet()) {
      if (!visitor.visit(each.getKey(), read(each.getValue()))) {
        return;
      }
    }
  }

  @Override
  public long size() {
    return index.size();
  }

  @Override
  public void clear() {
    if (index.size() > 0) {
      write(
          () -> {
            index.clear(log.append(RecordFormat.bare(RecordFormat.CLEAR)));
            compaction.restart();
          });
    }
  }

  @Override
  public void sync() {
    write(
        () -> {
          long now = nanoTime.getAsLong();
          if (fsync.isDueAfter(now - forcedAt)) {
            log.force();
            forcedAt = now;
          } else {
            log.flush();
          }
        });
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (disk;
        log) {
      if (failure == null) {
        log.force();
      }
    }
  }

  private Entry read(Place place) {
    return RecordFormat.entryOf(log.read(place));
  }

  private void write(Runnable step) {
    if (failure != null) {
      throw new UncheckedIOException(
          "nothing is written any more since this failed: " + failure.getMessage(),
          new IOException(failure));
    }
    try {
      step.run();
    } catch (RuntimeException failed) {
      failure = failed;
      throw failed;
    }
  }
}
