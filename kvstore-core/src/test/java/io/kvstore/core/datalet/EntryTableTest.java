package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of entries does what a map does, also where keys crowd. */
class EntryTableTest {
  private final EntryTable table = new EntryTable();
  private final Map<Bytes, Entry> model = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {8, 100, 3_000})
  void itDoesWhatAMapDoes(int keys) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      Bytes key = Bytes.of("key" + random.nextInt(keys));
      String what = "seed " + seed + ", step " + i + ", " + key;
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5, 6, 7 -> {
          Entry entry = Entry.of(key, i);
          assertThat(table.put(key, entry)).as(what).isSameAs(model.put(key, entry));
        }
        case 8, 9, 10, 11, 12, 13 ->
            assertThat(table.remove(key)).as(what).isSameAs(model.remove(key));
        default -> assertThat(table.get(key)).as(what).isSameAs(model.get(key));
      }
      assertThat(table.size()).as(what).isEqualTo(model.size());
    }

    Map<Bytes, Entry> seen = new HashMap<>();
    table.forEach((key, entry) -> seen.put(key, entry) == null);
    assertThat(seen).as("seed " + seed).isEqualTo(model);
    model.keySet().forEach(key -> assertThat(table.remove(key)).isNotNull());
    assertThat(table.size()).isZero();
  }
}
