package io.kvstore.core.simulation;

import io.kvstore.Consistency;

/** Runs a cell under a seed and checks all that it promises. */
final class Judge {
  private Judge() {}

  /** Throws what is wrong, with the seed and the command that shows it again. */
  static Run judge(Cell cell, long seed) {
    try {
      Run run = Run.of(cell, seed);
      check(run);
      return run;
    } catch (RuntimeException | AssertionError wrong) {
      throw new AssertionError(
          wrong.getMessage()
              + "\n\n"
              + cell
              + " breaks its promise under the seed "
              + seed
              + ". To see it again:\n"
              + "  mvn test -pl kvstore-api,kvstore-core -Dtest=CampaignTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -Dkvstore.cell="
              + cell
              + " -Dkvstore.seed="
              + seed
              + "\n",
          wrong);
    }
  }

  private static void check(Run run) {
    Cell cell = run.cell();
    Plausible.check(run);
    Agreement.check(run);
    Agreement.checkEverythingServes(run);
    if (cell.isStrong()) {
      OneOrder.checkSequential(run.history());
    }
    if (cell.consistency() == Consistency.LINEARIZABLE) {
      OneOrder.checkLinearizable(run.history());
      OneKey.check(run.history());
    }
    if (cell.isCausal()) {
      CausalMemory.check(run.history());
    }
    if (!run.mayForget()) {
      Agreement.checkNothingWrittenIsLost(run);
    }
    if (!run.mayForget() && cell.hasOneWriterForEachKey()) {
      Agreement.checkNothingAddedIsLost(run);
      OneKey.checkWrites(run.history());
    }
  }
}
