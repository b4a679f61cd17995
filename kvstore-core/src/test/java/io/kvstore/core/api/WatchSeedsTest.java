package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Watches while links and nodes fail, under many seeds. */
final class WatchSeedsTest {
  private static final int SEEDS = Integer.getInteger("kvstore.watch.seeds", 6);
  private static final long FIRST = Long.getLong("kvstore.watch.first", 1);

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#simulated")
  void everyChangeIsToldOnceAndInOrderAndWithoutAGap(Setup setup) {
    play(setup, false);
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#simulated")
  void itIsSoInAStoreThatMoves(Setup setup) {
    play(setup, true);
  }

  private static void play(Setup setup, boolean isMoving) {
    int whole = 0;
    int events = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        int told = new WatchedStory(setup, seed, isMoving).play();
        whole += told >= 0 ? 1 : 0;
        events += Math.max(0, told);
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError(
            setup.consistency() + " by " + setup.replication() + " fails with seed " + seed,
            failed);
      }
    }
    assertThat(whole).as("%s: runs whose history was not gone", setup).isGreaterThan(SEEDS / 10);
    assertThat(events).isPositive();
  }
}
