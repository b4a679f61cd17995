package io.kvstore.core.engine;

import io.kvstore.Bytes;
import io.kvstore.spi.Range;
import java.util.Collections;
import java.util.List;

/**
 * Shards that follow each other in the order of keys: a scan asks only those that its range meets,
 * and keys that are close to each other are in the same one.
 */
final class KeyRanges implements Partitioning {
  private final List<Bytes> splits;

  /** One shard has all keys before the first of these, and each of these begins another. */
  KeyRanges(List<Bytes> splits) {
    this.splits = List.copyOf(splits);
  }

  @Override
  public int shards() {
    return splits.size() + 1;
  }

  @Override
  public int shardOf(Bytes key) {
    int found = Collections.binarySearch(splits, key);
    return found >= 0 ? found + 1 : -found - 1;
  }

  @Override
  public boolean meets(Range range, int shard) {
    boolean endsBefore =
        range.to().size() > 0 && shard > 0 && range.to().compareTo(splits.get(shard - 1)) <= 0;
    return !endsBefore && shard >= shardOf(range.from());
  }
}
