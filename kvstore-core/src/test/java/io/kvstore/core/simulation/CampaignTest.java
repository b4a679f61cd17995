package io.kvstore.core.simulation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell keeps its promise under random faults, seed after seed.
 *
 * <p>{@code -Dkvstore.seeds=10000} tries more of them, {@code -Dkvstore.cell=PRIMARY-LINEARIZABLE}
 * only one cell, {@code -Dkvstore.seed=42} only that seed.
 */
class CampaignTest {
  private static final int SEEDS = Integer.getInteger("kvstore.seeds", 150);

  static List<Cell> cells() {
    return Cell.all();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aCellKeepsItsPromiseUnderFaults(Cell cell) {
    String only = System.getProperty("kvstore.cell", cell.toString());
    assumeTrue(only.equals(cell.toString()), "only " + only + " was asked for");
    Long chosen = Long.getLong("kvstore.seed");
    if (chosen != null) {
      Judge.judge(cell, chosen);
      return;
    }
    for (long seed = 1; seed <= SEEDS; seed++) {
      Judge.judge(cell, seed);
    }
  }
}
