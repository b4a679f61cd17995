package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Command;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.TreeSet;

/**
 * What an operation locks: its keys, in their order, or the whole shard; shared by those who read,
 * and exclusive for one who writes.
 *
 * @param keys in ascending order; none when it is the whole shard
 * @param isWhole whether it is the whole shard
 * @param isExclusive whether no other may hold any of it meanwhile
 */
public record LockSet(List<Bytes> keys, boolean isWhole, boolean isExclusive) {
  /** What an operation locks. A tick changes no key, and locks none. */
  public static LockSet of(Operation operation) {
    boolean isExclusive = operation instanceof Command;
    if (operation instanceof Get get) {
      return new LockSet(List.of(get.key()), false, isExclusive);
    }
    if (operation instanceof GetMany many) {
      return new LockSet(List.copyOf(new TreeSet<>(many.keys())), false, isExclusive);
    }
    if (operation instanceof Write write) {
      return new LockSet(List.of(write.key()), false, isExclusive);
    }
    if (operation instanceof Batch batch) {
      TreeSet<Bytes> keys = new TreeSet<>();
      batch.writes().forEach(write -> keys.add(write.key()));
      return new LockSet(List.copyOf(keys), false, isExclusive);
    }
    if (operation instanceof Transaction transaction) {
      return new LockSet(transaction.keys().distinct().sorted().toList(), false, isExclusive);
    }
    return new LockSet(List.of(), !(operation instanceof Tick), isExclusive);
  }

  /** Whether it is nothing at all. */
  public boolean isEmpty() {
    return keys.isEmpty() && !isWhole;
  }

  /** Roughly how many bytes it keeps in memory. */
  long footprint() {
    long bytes = 64;
    for (Bytes key : keys) {
      bytes += key.size();
    }
    return bytes;
  }
}
