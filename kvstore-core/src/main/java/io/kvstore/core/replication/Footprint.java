package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Step;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes something keeps in memory, roughly: what it is bounded by. What several members
 * share is counted at each of them.
 */
public final class Footprint {
  /** Of an object with a few fields. */
  private static final long OBJECT = 64;

  /** Of an entry in a copy of everything, which is not counted entry by entry. */
  private static final long COPIED_ENTRY = 256;

  private Footprint() {}

  /** Of keys with their entries. */
  public static long of(List<Pair> pairs) {
    long bytes = OBJECT;
    for (int i = 0; i < pairs.size(); i++) {
      Entry entry = pairs.get(i).entry();
      bytes += OBJECT + pairs.get(i).key().size();
      bytes += entry.value() == null ? 0 : entry.presentValue().size();
      bytes += of(entry.context());
    }
    return bytes;
  }

  /** Of a clock. */
  public static long of(@Nullable VectorClock clock) {
    return clock == null ? 0 : 8L * clock.length();
  }

  /** Of what a client asks for. */
  public static long of(Operation operation) {
    if (operation instanceof Write write) {
      return OBJECT + write.key().size() + of(write.change());
    }
    if (operation instanceof Batch batch) {
      return batch.writes().stream().mapToLong(Footprint::of).sum();
    }
    if (operation instanceof Transaction transaction) {
      return OBJECT * transaction.requirements().size()
          + of(transaction.then().stream())
          + of(transaction.otherwise().stream());
    }
    return OBJECT;
  }

  private static long of(Stream<Step> steps) {
    return steps
        .mapToLong(step -> step instanceof Write write ? of((Operation) write) : OBJECT)
        .sum();
  }

  private static long of(Change change) {
    if (change instanceof Change.Put put) {
      return put.value().size();
    }
    if (change instanceof Change.Append append) {
      return append.tail().size();
    }
    return change instanceof Change.Prepend prepend ? prepend.head().size() : 0;
  }

  /** Of an operation with its place. */
  public static long of(Ordered ordered) {
    long bytes = OBJECT + of(ordered.operation());
    for (Bytes victim : ordered.victims()) {
      bytes += victim.size();
    }
    return bytes;
  }

  /** Of a copy of everything. */
  public static long of(Contents contents) {
    boolean isElsewhere = contents.entries() instanceof RemoteEntries;
    return isElsewhere ? OBJECT : OBJECT + COPIED_ENTRY * contents.entries().size();
  }
}
