package io.kvstore.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Range;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shards that follow each other in the order of keys. */
final class KeyRangesTest {
  private final KeyRanges ranges = new KeyRanges(List.of(Bytes.of("g"), Bytes.of("p")));

  @ParameterizedTest
  @CsvSource({"'', 0", "a, 0", "fzz, 0", "g, 1", "ga, 1", "o, 1", "p, 2", "z, 2"})
  void aKeyIsInTheLastShardThatBeginsBeforeItOrWithIt(String key, int shard) {
    assertThat(ranges.shards()).isEqualTo(3);
    assertThat(ranges.shardOf(Bytes.of(key))).isEqualTo(shard);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0 1 2", // no end: all
    "'', g, 0",
    "'', ga, 0 1",
    "a, b, 0",
    "f, g, 0",
    "f, h, 0 1",
    "g, p, 1",
    "g, '', 1 2",
    "h, i, 1",
    "o, pa, 1 2",
    "p, '', 2",
    "q, z, 2",
    "h, a, ''", // ends before it begins
  })
  void aRangeMeetsTheShardsThatMayHaveItsKeys(String from, String to, String met) {
    Range range = new Range(Bytes.of(from), Bytes.of(to), 10);
    List<String> shards =
        IntStream.range(0, 3)
            .filter(shard -> ranges.meets(range, shard))
            .mapToObj(String::valueOf)
            .toList();
    assertThat(String.join(" ", shards)).isEqualTo(met);
  }
}
