package io.kvstore.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Karger and others, STOC 1997: balance and monotonicity. */
class HashRingTest {
  private static final int KEYS = 100_000;

  /** Kinds of keys that people use. */
  enum Keys {
    NUMBERED,
    PADDED,
    SHORT,
    BINARY;

    private Bytes key(int i) {
      return switch (this) {
        case NUMBERED -> Bytes.of("key-" + i);
        case PADDED -> Bytes.of("user:%08d:profile".formatted(i));
        case SHORT -> Bytes.of(Integer.toString(i, 36));
        case BINARY -> Codecs.LONG.encode((long) i);
      };
    }

    List<Bytes> all() {
      return IntStream.range(0, KEYS).mapToObj(this::key).toList();
    }
  }

  private static int[] shardsOf(HashRing ring, List<Bytes> keys) {
    return keys.stream().mapToInt(ring::shardOf).toArray();
  }

  /** A directory that was written yesterday must be read tomorrow. */
  @ParameterizedTest
  @CsvSource({
    "NUMBERED, 1218051828",
    "PADDED, -1804657616",
    "SHORT, 2008310557",
    "BINARY, -992796139"
  })
  void aKeyBelongsToItsShardForGood(Keys keys, int hash) {
    assertThat(Arrays.hashCode(shardsOf(new HashRing(8), keys.all()))).isEqualTo(hash);
  }

  @ParameterizedTest
  @EnumSource
  void everyShardHasAboutItsShare(Keys keys) {
    int shards = 16;
    long[] count = new long[shards];
    for (int shard : shardsOf(new HashRing(shards), keys.all())) {
      count[shard]++;
    }

    for (long each : count) {
      assertThat(each).isCloseTo(KEYS / shards, Percentage.withPercentage(25));
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneMoreShardTakesItsShareAndNothingElseMoves(Keys keys) {
    List<Bytes> all = keys.all();
    for (int shards = 1; shards <= 8; shards++) {
      int[] before = shardsOf(new HashRing(shards), all);
      int[] after = shardsOf(new HashRing(shards + 1), all);
      int moved = 0;
      for (int i = 0; i < KEYS; i++) {
        if (before[i] != after[i]) {
          moved++;
          assertThat(after[i]).isEqualTo(shards);
        }
      }
      assertThat(moved).isCloseTo(KEYS / (shards + 1), Percentage.withPercentage(25));
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoRingsAgree(Keys keys) {
    List<Bytes> all = keys.all();

    assertThat(shardsOf(new HashRing(5), all)).isEqualTo(shardsOf(new HashRing(5), all));
  }
}
