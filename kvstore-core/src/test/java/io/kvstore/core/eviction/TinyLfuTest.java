package io.kvstore.core.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TinyLfuTest {
  private static final int MOST = 100;

  private final TinyLfu entries = new TinyLfu(MOST);

  private static Bytes key(int number) {
    return Bytes.of("key " + number);
  }

  /** As a cache does: what is not there is written, and something else goes if need be. */
  private boolean use(int number) {
    if (entries.weightOf(key(number)) > 0) {
      entries.read(key(number));
      return true;
    }
    while (entries.weight() + 1 > MOST) {
      @Nullable Bytes victim = entries.choose(1, key -> true);
      assertThat(victim).isNotNull();
      entries.left(victim);
    }
    entries.wrote(key(number), 1);
    return false;
  }

  @Test
  void aScanTakesNoPlaceOfWhatIsUsedOften() {
    for (int round = 0; round < 10; round++) {
      for (int number = 0; number < 90; number++) {
        use(number);
      }
    }
    for (int scanned = 1_000; scanned < 3_000; scanned++) {
      use(scanned);
    }

    int left = 0;
    for (int number = 0; number < 90; number++) {
      left += entries.weightOf(key(number)) > 0 ? 1 : 0;
    }
    assertThat(left).isGreaterThanOrEqualTo(85);
  }

  @Test
  void whatIsUsedOftenNowTakesThePlaceOfWhatWasOnce() {
    for (int round = 0; round < 10; round++) {
      for (int number = 0; number < 90; number++) {
        use(number);
      }
    }
    int hits = 0;
    SplittableRandom random = new SplittableRandom(1);
    for (int use = 0; use < 20_000; use++) {
      boolean isHit = use(1_000 + random.nextInt(90));
      hits += isHit && use >= 10_000 ? 1 : 0;
    }

    assertThat(hits).isGreaterThan(9_000);
  }

  @Test
  void itNeverHoldsMoreThanItMay() {
    SplittableRandom random = new SplittableRandom(2);
    for (int use = 0; use < 50_000; use++) {
      use((int) Math.sqrt(random.nextInt(1_000_000)));
      assertThat(entries.weight()).isLessThanOrEqualTo(MOST);
    }
  }

  @Test
  void onlyWhatIsAllowedGoes() {
    for (int number = 0; number < 10; number++) {
      entries.wrote(key(number), 1);
    }

    assertThat(entries.choose(1, key(3)::equals)).isEqualTo(key(3));
    assertThat(entries.choose(1, key(3)::equals)).isNull();
    assertThat(entries.weight()).isEqualTo(9);
  }

  @Test
  void whatIsGivenBackIsTheFirstToGoAgain() {
    for (int number = 0; number < 10; number++) {
      entries.wrote(key(number), 1);
    }
    entries.takeOut(key(7));
    entries.giveBack(key(7));

    assertThat(entries.weight()).isEqualTo(10);
    assertThat(entries.choose(0, key -> true)).isEqualTo(key(7));
  }
}
