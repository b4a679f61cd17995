package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What can be wrong with links, and what cannot. */
final class FaultsTest {
  private static final long SEED = 11;

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  }

  private static LongStream draws(Delay delay) {
    RandomGenerator random = random();
    return LongStream.generate(() -> delay.nextNanos(random)).limit(10_000);
  }

  @Test
  void eachFaultIsSetByItself() {
    Delay delay = Delay.fixed(Duration.ofMillis(1));
    Faults faults =
        Faults.NONE.withLoss(0.1).withDuplication(0.2).withReordering(0.3).withDelay(delay);
    assertThat(faults).isEqualTo(new Faults(delay, 0.1, 0.2, 0.3));
    assertThat(faults.areNone()).isFalse();
    assertThat(Faults.NONE.areNone()).isTrue();
    assertThat(Faults.lossy(0.5)).isEqualTo(new Faults(Delay.NONE, 0.5, 0, 0));
    assertThat(Faults.lossy(0).areNone()).isTrue();
  }

  @Test
  void probabilitiesAreFromZeroToOne() {
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Faults.lossy(wrong))
          .withMessage("loss must be from 0 to 1, not " + wrong);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Faults.NONE.withDuplication(wrong))
          .withMessageStartingWith("duplication must be");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Faults.NONE.withReordering(wrong))
          .withMessageStartingWith("reordering must be");
    }
    assertThat(Faults.lossy(1).loss()).isEqualTo(1);
  }

  @Test
  void aLinkHasADelay() {
    assertThatNullPointerException().isThrownBy(() -> Faults.NONE.withDelay(null));
  }

  @Test
  void delaysAreWhatTheirNamesSay() {
    Duration one = Duration.ofNanos(1_000);
    Duration two = Duration.ofNanos(2_000);
    assertThat(draws(Delay.NONE)).containsOnly(0L);
    assertThat(draws(Delay.fixed(one))).containsOnly(1_000L);
    assertThat(draws(Delay.uniform(one, one))).containsOnly(1_000L);
    assertThat(draws(Delay.uniform(one, two)))
        .allMatch(nanos -> nanos >= 1_000 && nanos <= 2_000)
        .contains(1_000L, 2_000L);
    assertThat(draws(Delay.exponential(one))).allMatch(nanos -> nanos >= 0);
    assertThat(draws(Delay.exponential(one)).average().orElseThrow())
        .as("seed %s", SEED)
        .isCloseTo(1_000, within(50.0));
  }

  @Test
  void theSameSeedDrawsTheSameDelays() {
    Delay delay = Delay.exponential(Duration.ofMillis(1));
    assertThat(draws(delay).toArray()).isEqualTo(draws(delay).toArray());
  }

  @Test
  void delaysAreNotNegative() {
    Duration negative = Duration.ofNanos(-1);
    for (Runnable wrong :
        new Runnable[] {
          () -> Delay.fixed(negative),
          () -> Delay.exponential(negative),
          () -> Delay.uniform(negative, Duration.ZERO)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(wrong::run)
          .withMessage("a delay must not be negative, as PT-0.000000001S is");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Delay.uniform(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .withMessage("the least delay PT2S is longer than the longest, PT1S");
  }

  @Test
  void whatTakesLongerThanTheLongestDelayIsACut() {
    assertThat(draws(Delay.fixed(Delay.LONGEST))).containsOnly(Delay.LONGEST.toNanos());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Delay.exponential(Duration.ofSeconds(Long.MAX_VALUE)))
        .withMessageContaining("at most PT876600H")
        .withMessageContaining("cut the link instead");
  }
}
