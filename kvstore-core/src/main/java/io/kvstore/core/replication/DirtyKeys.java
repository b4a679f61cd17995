package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.stream.Stream;

/**
 * The keys to which a member holds writes that it has not performed (Terrace and Freedman, USENIX
 * ATC 2009): others may have performed them. All other keys are clean: where a member holds all
 * that any other has performed, no member has anything newer under them.
 */
public final class DirtyKeys {
  /** Behind more operations than these, no key is looked for: it is taken for dirty. */
  static final int MOST_LOOKED_AT = 64;

  private final OrderedLog log;

  /** Those of the operations in a log. */
  public DirtyKeys(OrderedLog log) {
    this.log = log;
  }

  /**
   * Whether a query may see a key that is dirty.
   *
   * @param performed up to where the member has performed what is in the log
   */
  public boolean mayBeSeenBy(Query query, long performed) {
    long last = log.last();
    if (last == performed) {
      return false;
    }
    if (!(query instanceof Get get) || last - performed > MOST_LOOKED_AT) {
      return true;
    }
    for (long position = performed + 1; position <= last; position++) {
      if (mayChange(log.at(position), get.key())) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayChange(Ordered ordered, Bytes key) {
    if (ordered.victims().contains(key)) {
      return true;
    }
    Operation operation = ordered.operation();
    if (operation instanceof Write write) {
      return write.key().equals(key);
    }
    return operation instanceof Clear
        || writesOf(operation).anyMatch(write -> write.key().equals(key));
  }

  private static Stream<Write> writesOf(Operation operation) {
    if (operation instanceof Batch batch) {
      return batch.writes().stream();
    }
    return operation instanceof Transaction transaction ? transaction.writes() : Stream.empty();
  }
}
