package io.kvstore.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeClockTest {
  private static final long SECOND = 1_000_000_000;
  private static final long START = 1_000_000 * SECOND;

  private final NodeClock clock = new NodeClock();

  @Test
  void aClockIsRightUntilItIsMadeWrong() {
    assertThat(clock.at(START)).isEqualTo(START);
  }

  @Test
  void anOffsetIsAddedToTheTrueTime() {
    clock.skew(START, 5 * SECOND, 0);
    assertThat(clock.at(START + SECOND)).isEqualTo(START + 6 * SECOND);

    clock.skew(START, -5 * SECOND, 0);
    assertThat(clock.at(START + SECOND)).isEqualTo(START - 4 * SECOND);
  }

  @Test
  void aDriftGrowsFromTheMomentItIsSet() {
    clock.skew(START, 0, 0.5);
    assertThat(clock.at(START)).isEqualTo(START);
    assertThat(clock.at(START + 10 * SECOND)).isEqualTo(START + 15 * SECOND);

    clock.skew(START, 0, -0.5);
    assertThat(clock.at(START + 10 * SECOND)).isEqualTo(START + 5 * SECOND);
  }

  @Test
  void aSlowClockStillGoesForward() {
    clock.skew(START, 0, -0.9);
    long before = clock.at(START);
    for (long time = START; time < START + 10_000; time += 10) {
      assertThat(clock.at(time)).isGreaterThanOrEqualTo(before);
      before = clock.at(time);
    }
  }

  @Test
  void aReadingFromBeforeADriftWasSetIsNotPutForward() {
    clock.skew(START, 0, -0.5);
    assertThat(clock.at(START - SECOND)).isLessThan(START);
    assertThat(clock.elapsedAt(START - SECOND)).isEqualTo(START - SECOND);
  }
}
