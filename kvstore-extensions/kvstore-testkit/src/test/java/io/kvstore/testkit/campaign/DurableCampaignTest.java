package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell keeps its promise on disks that lose and tear what was not synced, also when all nodes
 * crash at once. {@code -Dkvstore.durable.seeds=10000} tries more of them.
 */
class DurableCampaignTest {
  private static final int SEEDS = Integer.getInteger("kvstore.durable.seeds", 8);

  static List<Cell> cells() {
    return Cell.all().stream().filter(Cell::servesDisks).toList();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aCellLosesNothingThatItHasAnswered(Cell cell) {
    Tally tally = Campaign.of(cell).durable().seeds(SEEDS).check();
    System.out.println(cell + " on disks: " + tally);
    assertThat(tally.runs()).isEqualTo(SEEDS);
    assertThat(tally.faults()).isGreaterThan(SEEDS);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aStoreThatMovesLosesNothingOnItsWay(Cell cell) {
    int seeds = Math.max(1, SEEDS / 4);
    Tally tally = Campaign.of(cell).changing().durable().seeds(seeds).check();
    System.out.println(cell + " on disks, changing: " + tally);
    assertThat(tally.runs()).isEqualTo(seeds);
  }
}
