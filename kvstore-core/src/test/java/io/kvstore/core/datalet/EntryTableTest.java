package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of entries does what a map does, also where keys crowd. */
class EntryTableTest {
  private final EntryTable table = new EntryTable();
  private final Map<Bytes, Entry> model = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {8, 100, 3_000})
  void itDoesWhatAMapDoes(int keys) {
    doesWhatAMapDoes(IntStream.range(0, keys).mapToObj(i -> Bytes.of("key" + i)).toList());
  }

  @Test
  void itDoesSoWhenTheHashesOfAllKeysEndAlike() {
    doesWhatAMapDoes(
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> Bytes.of("key" + i))
            .filter(key -> key.hashCode() % 1024 == 0)
            .limit(1_000)
            .toList());
  }

  @Test
  void copiesChangeWithoutEachOther() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<EntryTable> tables = new ArrayList<>(List.of(table));
    List<Map<Bytes, Entry>> models = new ArrayList<>(List.of(model));
    for (int i = 0; i < 50_000; i++) {
      if (i % 5_000 == 0) {
        int original = random.nextInt(tables.size());
        tables.add(tables.get(original).copy());
        models.add(new HashMap<>(models.get(original)));
      }
      int changed = random.nextInt(tables.size());
      Bytes key = Bytes.of("key" + random.nextInt(2_000));
      if (random.nextInt(3) == 0) {
        tables.get(changed).remove(key);
        models.get(changed).remove(key);
      } else {
        Entry entry = Entry.of(key, i);
        tables.get(changed).put(key, entry);
        models.get(changed).put(key, entry);
      }
    }

    for (int i = 0; i < tables.size(); i++) {
      assertThat(all(tables.get(i))).as("table %s, seed %s", i, seed).isEqualTo(models.get(i));
      assertThat(tables.get(i).size()).isEqualTo(models.get(i).size());
    }
  }

  private void doesWhatAMapDoes(List<Bytes> keys) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      Bytes key = keys.get(random.nextInt(keys.size()));
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

    assertThat(all(table)).as("seed " + seed).isEqualTo(model);
    model.keySet().forEach(key -> assertThat(table.remove(key)).isNotNull());
    assertThat(table.size()).isZero();
  }

  private static Map<Bytes, Entry> all(EntryTable table) {
    Map<Bytes, Entry> seen = new HashMap<>();
    table.forEach((key, entry) -> seen.put(key, entry) == null);
    return seen;
  }
}
