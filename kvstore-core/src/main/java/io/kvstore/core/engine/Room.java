package io.kvstore.core.engine;

import io.kvstore.Bytes;
import io.kvstore.FullException;
import io.kvstore.Limits;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Step;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;

/**
 * Refuses what may make a store larger than it may be. What was asked at the same time is not
 * counted yet, so it may come to a little more.
 */
public final class Room {
  private final long perShard;
  private final Limits limits;

  /** Room in each of so many shards. */
  public Room(Limits limits, int shards) {
    this.limits = limits;
    perShard = limits.heldBytes() / shards;
  }

  /**
   * Checks that a replica that holds so much has room for what an operation adds, at the most.
   *
   * @throws FullException when it has not
   */
  public void requireFor(Operation operation, long heldBytes) {
    long more = bytesAdded(operation);
    if (more > 0 && heldBytes + more > perShard) {
      throw refusal();
    }
  }

  /** What is thrown when there is no room. */
  public FullException refusal() {
    return new FullException(
        "the store holds as much as it may, of "
            + limits.heldBytes()
            + " bytes in all: remove something, or raise Limits.heldBytes; nothing was applied");
  }

  /** How much larger an operation makes its shard, at the most. */
  public static long bytesAdded(Operation operation) {
    if (operation instanceof Write write) {
      return bytesAdded(write);
    }
    if (operation instanceof Batch batch) {
      return bytesAdded(batch.writes());
    }
    return operation instanceof Transaction transaction
        ? Math.max(bytesAdded(transaction.then()), bytesAdded(transaction.otherwise()))
        : 0;
  }

  private static long bytesAdded(List<? extends Step> steps) {
    long all = 0;
    for (Step step : steps) {
      all += step instanceof Write write ? bytesAdded(write) : 0;
    }
    return all;
  }

  private static long bytesAdded(Write write) {
    Change change = write.change();
    if (change instanceof Change.Put put) {
      return added(write.key(), put.value().size());
    }
    if (change instanceof Change.Append append) {
      return added(write.key(), append.tail().size());
    }
    if (change instanceof Change.Prepend prepend) {
      return added(write.key(), prepend.head().size());
    }
    return change instanceof Change.Add ? added(write.key(), Long.BYTES) : 0;
  }

  private static long added(Bytes key, int valueBytes) {
    return (long) key.size() + valueBytes + Limits.ENTRY_BYTES;
  }
}
