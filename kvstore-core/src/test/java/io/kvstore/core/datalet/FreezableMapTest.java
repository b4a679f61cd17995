package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.kvstore.Bytes;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FreezableMapTest {
  private static final int KEYS = 30;

  private final FreezableMap<Integer> map = new FreezableMap<>();

  private static Bytes key(int number) {
    return Bytes.of((byte) number);
  }

  private static SortedMap<Bytes, Integer> read(FreezableMap<Integer>.View view, Bytes from) {
    SortedMap<Bytes, Integer> shown = new TreeMap<>();
    view.from(from, (key, value) -> shown.put(key, value) == null);
    return shown;
  }

  private SortedMap<Bytes, Integer> now() {
    return new TreeMap<>(map.between(Bytes.EMPTY, Bytes.EMPTY));
  }

  /** Puts, removes, and now and then clears. */
  private void change(SplittableRandom random) {
    int key = random.nextInt(KEYS);
    switch (random.nextInt(20)) {
      case 0 -> map.clear();
      case 1, 2, 3, 4, 5, 6, 7 -> map.remove(key(key));
      default -> map.put(key(key), random.nextInt());
    }
  }

  @Test
  void aViewShowsWhatWasThereWhenItBeganWhateverHappensMeanwhile() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      map.clear();
      for (int i = 0; i < KEYS; i++) {
        change(random);
      }
      SortedMap<Bytes, Integer> before = now();
      try (FreezableMap<Integer>.View view = map.freeze()) {
        for (int from = 0; from < KEYS; from++) {
          change(random);
          assertThat(read(view, key(from)))
              .as("seed %s", seed)
              .isEqualTo(before.tailMap(key(from)));
        }
      }
      assertThat(map.isFrozen()).isFalse();
    }
  }

  /** Two members that join at once take over the same view: one may be ahead of the other. */
  @Test
  void aViewThatOneHasReadFarShowsToAnotherWhatWasThereWhenItBegan() {
    map.put(key(1), 1);
    map.put(key(2), 2);
    SortedMap<Bytes, Integer> before = now();
    try (FreezableMap<Integer>.View view = map.freeze()) {
      map.put(key(2), 20);
      assertThat(read(view, key(3))).isEmpty();
      map.put(key(1), 10);
      map.remove(key(2));

      assertThat(read(view, Bytes.EMPTY)).isEqualTo(before);
    }
  }

  @Test
  void viewsDoNotKnowOfEachOther() {
    map.put(key(1), 1);
    FreezableMap<Integer>.View first = map.freeze();
    map.put(key(1), 2);
    FreezableMap<Integer>.View second = map.freeze();
    map.clear();
    first.close();
    assertThat(read(second, Bytes.EMPTY)).containsExactly(entry(key(1), 2));
    assertThat(map.isFrozen()).isTrue();
    second.close();
    assertThat(map.isFrozen()).isFalse();
  }
}
