package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PositionRingTest {
  private static final String WHERE = "seed %s, step %s, position %s";

  @Test
  void aPositionThatWasNeverSetHasNoValue() {
    PositionRing<String> ring = new PositionRing<>();

    assertThat(ring.get(0)).isNull();
    assertThat(ring.remove(0)).isNull();
  }

  @Test
  void aRingOfPositionsIsAMapOfThem() {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PositionRing<Integer> ring = new PositionRing<>();
      Map<Long, Integer> model = new HashMap<>();
      long window = random.nextInt(2, 500);
      long base = 0;
      for (int step = 0; step < 8_000; step++) {
        base += random.nextInt(3);
        long position = base + random.nextLong(window);
        if (random.nextInt(3) > 0) {
          ring.put(position, step);
          model.put(position, step);
        } else {
          assertThat(ring.remove(position))
              .as(WHERE, seed, step, position)
              .isEqualTo(model.remove(position));
        }
        long asked = base + random.nextLong(-window, 2 * window);
        assertThat(ring.get(asked)).as(WHERE, seed, step, position).isEqualTo(model.get(asked));
        // What has fallen out of the window is taken away, as its users do.
        long oldest = base;
        model.keySet().stream().filter(each -> each < oldest).toList().forEach(ring::remove);
        model.keySet().removeIf(each -> each < oldest);
      }
      model.forEach((position, value) -> assertThat(ring.get(position)).isEqualTo(value));
    }
  }
}
