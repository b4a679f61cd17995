package io.kvstore.core.engine;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.kvstore.Bytes;
import io.kvstore.spi.Range;
import java.util.Arrays;

/**
 * Which shard a key belongs to: the first on a circle of hashes, from the key's own hash on (Karger
 * and others, STOC 1997).
 *
 * <p>Each shard has many points on the circle, so that shards are of like size, and one more takes
 * about the same from each of the others.
 */
public final class HashRing implements Partitioning {
  private static final int POINTS_PER_SHARD = 256;
  private static final HashFunction HASH = Hashing.murmur3_128(0x6b76);

  private final int shards;
  private final long[] points; // sorted
  private final int[] owners; // of the points

  /** A circle with so many shards. */
  public HashRing(int shards) {
    this.shards = shards;
    int many = shards == 1 ? 0 : shards; // one has the whole circle
    long[][] all = new long[many * POINTS_PER_SHARD][];
    for (int shard = 0; shard < many; shard++) {
      for (int point = 0; point < POINTS_PER_SHARD; point++) {
        long at = HASH.newHasher().putInt(shard).putInt(point).hash().asLong();
        all[shard * POINTS_PER_SHARD + point] = new long[] {at, shard};
      }
    }
    Arrays.sort(all, (one, other) -> Long.compare(one[0], other[0]));
    points = Arrays.stream(all).mapToLong(each -> each[0]).toArray();
    owners = Arrays.stream(all).mapToInt(each -> (int) each[1]).toArray();
  }

  @Override
  public int shards() {
    return shards;
  }

  @Override
  public int shardOf(Bytes key) {
    if (shards == 1) {
      return 0;
    }
    int found = Arrays.binarySearch(points, spread(key.hashCode()));
    int index = found >= 0 ? found : -found - 1;
    return owners[index == points.length ? 0 : index];
  }

  @Override
  public boolean meets(Range range, int shard) {
    return true;
  }

  /** Makes 64 even bits of 32 that are not (the finish of MurmurHash3). */
  private static long spread(int hash) {
    long mixed = hash * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 33) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ mixed >>> 33;
  }
}
