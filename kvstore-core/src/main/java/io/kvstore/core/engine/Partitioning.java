package io.kvstore.core.engine;

import io.kvstore.Bytes;
import io.kvstore.spi.Range;

/** How keys are divided among shards. */
interface Partitioning {
  /** How many shards there are. */
  int shards();

  /** The shard of a key. */
  int shardOf(Bytes key);

  /** Whether a shard may have keys of a range. */
  boolean meets(Range range, int shard);
}
