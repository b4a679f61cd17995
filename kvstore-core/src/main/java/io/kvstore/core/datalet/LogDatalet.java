package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.spi.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log on disk with an index in memory: writes append, reads find the newest record of a key
 * through the index.
 *
 * <p>After an error of the disk it is not known what it has, and trying again may seem to succeed
 * without writing anything. So from the first failed write on, nothing is written any more; what is
 * on disk shows when the log is opened again.
 */
final class LogDatalet implements DurableDatalet {
  /**
   * How large its pieces are.
   *
   * @param bufferBytes how much is gathered in memory before it is handed to the operating system
   * @param segmentBytes from which size on a file is full
   */
  record Sizes(int bufferBytes, long segmentBytes) {
    static final Sizes DEFAULT = new Sizes(64 << 10, 16 << 20);
  }

  private static final int SCRATCH_BUFFER_BYTES = 64 << 10;

  private final Disk disk;
  private final Fsync fsync;
  private final LongSupplier nanoTime;
  private final LogIndex index = new LogIndex();
  private final NoteIndex notes = new NoteIndex();
  private final Log log;
  private final Compaction compaction;
  private boolean replacesOlder; // the first group makes older segments count no more
  private boolean isInGroup;
  private long groupBytes;
  private long forcedAt;
  private @Nullable RuntimeException failure;
  private boolean forcesAtClose = true;
  private boolean isClosed;
  private long scratches; // that were made

  private LogDatalet(
      Disk disk, Fsync fsync, LongSupplier nanoTime, Sizes sizes, boolean replacesOlder) {
    this.disk = disk;
    this.fsync = fsync;
    this.nanoTime = nanoTime;
    this.replacesOlder = replacesOlder;
    LogScratch.deleteAll(disk);
    log =
        replacesOlder
            ? Recovery.beginAnew(disk, sizes)
            : Recovery.recover(disk, index, notes, sizes);
    compaction = new Compaction(log, index, notes, sizes);
    forcedAt = nanoTime.getAsLong();
  }

  /**
   * Recovers the log on a disk. The disk is closed with the datalet; when this fails, that is left
   * to the caller, who has opened it.
   */
  static LogDatalet open(Disk disk, Fsync fsync, LongSupplier nanoTime, Sizes sizes) {
    return new LogDatalet(disk, fsync, nanoTime, sizes, false);
  }

  /**
   * Begins a log beside one that is damaged. The old one is put aside when the first group of the
   * new one is complete, and not before.
   */
  static LogDatalet openAnew(Disk disk, Fsync fsync, LongSupplier nanoTime, Sizes sizes) {
    return new LogDatalet(disk, fsync, nanoTime, sizes, true);
  }

  /** The same, for nodes that are never closed in good order. */
  LogDatalet withoutForceAtClose() {
    forcesAtClose = false;
    return this;
  }

  @Override
  public @Nullable Entry get(Bytes key) {
    RecordLocation location = index.get(key);
    return location == null ? null : read(location);
  }

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    Entry before = get(key);
    byte[] record = RecordFormat.put(key, entry);
    write(() -> index.put(key, append(record)));
    return before;
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    Entry before = get(key);
    if (before != null) {
      byte[] record = RecordFormat.remove(key);
      write(() -> index.remove(key, append(record)));
    }
    return before;
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    for (Map.Entry<Bytes, RecordLocation> each : index.between(from, to).entrySet()) {
      if (!visitor.visit(each.getKey(), read(each.getValue()))) {
        return;
      }
    }
  }

  /** Files whose records count no more stay as long as it is open: compaction waits for that. */
  @Override
  public Frozen freeze() {
    FreezableMap<RecordLocation>.View view = index.freeze();
    return new Frozen() {
      @Override
      public void scan(Bytes from, Visitor visitor) {
        view.from(from, (key, location) -> visitor.visit(key, read(location)));
      }

      @Override
      public void close() {
        view.close();
      }
    };
  }

  @Override
  public Scratch scratch() {
    return new LogScratch(disk, ++scratches, SCRATCH_BUFFER_BYTES);
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
            index.clear(append(RecordFormat.bare(RecordFormat.CLEAR)));
            compaction.restart();
          });
    }
  }

  @Override
  public void begin() {
    if (isInGroup) {
      throw new IllegalStateException("a group has been begun, and is not committed");
    }
    isInGroup = true;
  }

  @Override
  public void commit() {
    isInGroup = false;
    if (groupBytes > 0) {
      write(() -> append(RecordFormat.bare(RecordFormat.COMMIT)));
    }
  }

  @Override
  public void note(Bytes name, Bytes text) {
    byte[] record = RecordFormat.note(name, text);
    write(() -> notes.put(name, append(record)));
  }

  @Override
  public void forEachNote(BiConsumer<Bytes, Bytes> visitor) {
    notes.forEach(
        (name, location) -> {
          Bytes text = RecordFormat.textOf(log.read(location));
          if (!text.isEmpty()) {
            visitor.accept(name, text);
          }
        });
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
      if (failure == null && forcesAtClose) {
        log.force();
      }
    }
  }

  private Entry read(RecordLocation location) {
    return RecordFormat.entryOf(log.read(location));
  }

  private RecordLocation append(byte[] record) {
    if (isInGroup) {
      RecordFormat.setMoreFollows(record);
    }
    groupBytes += record.length;
    return log.append(record);
  }

  private void write(Runnable step) {
    if (failure != null) {
      throw new UncheckedIOException(
          "nothing is written any more since this failed: " + failure.getMessage(),
          new IOException(failure));
    }
    try {
      step.run();
      if (!isInGroup && groupBytes > 0) {
        onGroupComplete();
      }
    } catch (RuntimeException failed) {
      failure = failed;
      throw failed;
    }
  }

  private void onGroupComplete() {
    if (replacesOlder) {
      log.forceForGood();
      Recovery.setAsideOlder(disk, log.segments().iterator().next());
      replacesOlder = false;
    }
    long bytes = groupBytes;
    groupBytes = 0;
    compaction.advance(bytes);
  }
}
