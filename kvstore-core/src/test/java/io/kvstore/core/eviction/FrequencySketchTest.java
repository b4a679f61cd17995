package io.kvstore.core.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import org.junit.jupiter.api.Test;

/** TinyLFU (Einziger, Friedman and Manes 2017), section 3: counters, and their ageing. */
class FrequencySketchTest {
  private final FrequencySketch sketch = new FrequencySketch(1_024);

  private static int hash(int key) {
    return Bytes.of("key " + key).hashCode();
  }

  @Test
  void aKeyIsCountedAtLeastAsOftenAsItWasUsed() {
    for (int key = 0; key < 500; key++) {
      for (int use = 0; use < key % 10; use++) {
        sketch.use(hash(key));
      }
    }

    for (int key = 0; key < 500; key++) {
      assertThat(sketch.count(hash(key))).isGreaterThanOrEqualTo(key % 10);
    }
  }

  @Test
  void nearlyAllKeysAreCountedExactly() {
    for (int key = 0; key < 500; key++) {
      for (int use = 0; use < key % 10; use++) {
        sketch.use(hash(key));
      }
    }

    int exact = 0;
    for (int key = 0; key < 500; key++) {
      exact += sketch.count(hash(key)) == key % 10 ? 1 : 0;
    }
    assertThat(exact).isGreaterThan(450);
  }

  @Test
  void aCounterStopsAtFifteen() {
    for (int use = 0; use < 100; use++) {
      sketch.use(hash(1));
    }

    assertThat(sketch.count(hash(1))).isEqualTo(FrequencySketch.MOST);
    assertThat(sketch.count(hash(2))).isZero();
  }

  @Test
  void whatWasUsedLongAgoCountsLess() {
    for (int use = 0; use < 12; use++) {
      sketch.use(hash(1));
    }
    for (int use = 0; use < 20_000; use++) {
      sketch.use(hash(2 + use % 700));
    }

    assertThat(sketch.count(hash(1))).isLessThan(8);
  }
}
