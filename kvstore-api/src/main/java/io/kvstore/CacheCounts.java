package io.kvstore;

/**
 * How well a bounded store serves as a cache, as one replica has counted since its node started.
 * Only a store with {@link StoreBuilder#maximumEntries} or {@link StoreBuilder#maximumBytes}
 * counts.
 *
 * @param hits how often a key was read there and had a value
 * @param misses how often it had none
 * @param evictions how many entries were removed there for others to have room
 */
public record CacheCounts(long hits, long misses, long evictions) {
  /** Nothing yet. */
  public static final CacheCounts NONE = new CacheCounts(0, 0, 0);

  /** Both together. */
  public CacheCounts plus(CacheCounts other) {
    return new CacheCounts(hits + other.hits, misses + other.misses, evictions + other.evictions);
  }

  /** Which part of all reads has found a value; 1 before the first. */
  public double hitRatio() {
    return hits + misses == 0 ? 1 : (double) hits / (hits + misses);
  }
}
