package io.kvstore.rocksdb;

import io.kvstore.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a group has left that was written in pieces and has no end, because its process died.
 * Opening takes it back; when that is interrupted, the next opening begins it again.
 */
final class UnfinishedGroup {
  private static final Logger logger = LoggerFactory.getLogger(UnfinishedGroup.class);
  private static final byte HAD_NOTHING = 0;
  private static final byte HAD_SOMETHING = 1;
  private static final int TOGETHER_BYTES = 1 << 20;
  private static final byte[] FIRST_GENERATION = RowKeys.generation(0);
  private static final byte[] LAST_GENERATION = RowKeys.generation(Long.MAX_VALUE);

  private final Database database;
  private final long generation;

  /** In a database where this generation counts. */
  UnfinishedGroup(Database database, long generation) {
    this.database = database;
    this.generation = generation;
  }

  /** How a row tells what a key had before the group. */
  static byte[] undo(byte @Nullable [] before) {
    if (before == null) {
      return new byte[] {HAD_NOTHING};
    }
    byte[] undo = new byte[1 + before.length];
    undo[0] = HAD_SOMETHING;
    System.arraycopy(before, 0, undo, 1, before.length);
    return undo;
  }

  void takeBack() {
    if (hasAny(RowKeys.UNDO, RowKeys.UNDO_END)) {
      logger.info("{}: a group of writes that was not completed is taken back", database);
      putBack();
    }
    forget(FIRST_GENERATION, RowKeys.generation(generation));
    forget(RowKeys.generation(generation + 1), LAST_GENERATION);
  }

  private void putBack() {
    List<Undo> some = new ArrayList<>();
    long[] bytes = {0};
    database.scanOnce(
        RowKeys.UNDO,
        RowKeys.UNDO_END,
        null,
        (row, undo) -> {
          some.add(new Undo(RowKeys.nameOf(row), Bytes.wrap(undo)));
          bytes[0] += row.length + undo.length;
          if (bytes[0] > TOGETHER_BYTES) {
            putBack(some);
            some.clear();
            bytes[0] = 0;
          }
          return true;
        });
    putBack(some);
    database.write(batch -> batch.deleteRange(RowKeys.UNDO, RowKeys.UNDO_END));
  }

  private void putBack(List<Undo> some) {
    database.write(
        batch -> {
          for (Undo each : some) {
            byte[] row = RowKeys.entry(generation, each.key());
            if (each.hadNothing()) {
              batch.delete(row);
            } else {
              batch.put(row, each.before());
            }
          }
        });
  }

  /** Entries of generations that were begun, or have been cleared. */
  private void forget(byte[] from, byte[] to) {
    if (hasAny(from, to)) {
      database.deleteForGood(from, to);
    }
  }

  private boolean hasAny(byte[] from, byte[] to) {
    boolean[] found = {false};
    database.scanOnce(
        from,
        to,
        null,
        (row, value) -> {
          found[0] = true;
          return false;
        });
    return found[0];
  }

  /** What a key had before the group. */
  private record Undo(Bytes key, Bytes text) {
    boolean hadNothing() {
      return text.at(0) == HAD_NOTHING;
    }

    byte[] before() {
      return Arrays.copyOfRange(text.toArray(), 1, text.size());
    }
  }
}
