package io.kvstore.core.engine;

import io.kvstore.Bytes;
import io.kvstore.FullException;
import io.kvstore.Limits;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Capacity;
import io.kvstore.spi.Change;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Step;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what may make a store larger than it may be. What was asked at the same time is not
 * counted yet, so it may come to a little more.
 */
public final class Room {
  private final long perShard;
  private final Limits limits;
  private final @Nullable Capacity capacity; // of a shard; null where nothing is evicted

  /** Room in each of so many shards. */
  public Room(Limits limits, int shards) {
    this(limits, shards, Optional.empty());
  }

  /**
   * The same.
   *
   * @param capacity what the store holds before entries have to go for others
   */
  public Room(Limits limits, int shards, Optional<Capacity> capacity) {
    this.limits = limits;
    this.capacity = capacity.map(its -> its.ofShard(shards)).orElse(null);
    perShard = limits.heldBytes() / shards;
  }

  /**
   * Checks that a replica that holds so much has room for what an operation adds, at the most.
   *
   * @throws FullException when it has not, or could not make enough by evicting all that is there
   */
  public void requireFor(Operation operation, long heldBytes) {
    long more = bytesAdded(operation);
    if (capacity != null) {
      requireFor(operation, more, capacity);
    }
    if (more > 0 && heldBytes + more > perShard) {
      throw refusal();
    }
  }

  /** What is written as one must fit in without anything else. */
  private static void requireFor(Operation operation, long bytes, Capacity capacity) {
    boolean isWeighed = capacity.unit() == Capacity.Unit.BYTES;
    long entries = entriesWritten(operation);
    if ((isWeighed ? bytes : entries) > capacity.most()) {
      throw new FullException(
          "what is written together takes "
              + (isWeighed ? bytes + " bytes" : entries + " entries")
              + ", and its shard has "
              + capacity
              + ": write less at once, or raise it; nothing was applied");
    }
  }

  /** What is thrown when there is no room. */
  public FullException refusal() {
    return new FullException(
        "the store holds as much as it may, of "
            + limits.heldBytes()
            + " bytes in all: remove something, or raise Limits.heldBytes; nothing was applied");
  }

  private static long entriesWritten(Operation operation) {
    if (operation instanceof Batch batch) {
      return batch.writes().size();
    }
    return operation instanceof Transaction transaction
        ? Math.max(writesAmong(transaction.then()), writesAmong(transaction.otherwise()))
        : 1;
  }

  private static long writesAmong(List<? extends Step> steps) {
    return steps.stream().filter(Write.class::isInstance).count();
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
