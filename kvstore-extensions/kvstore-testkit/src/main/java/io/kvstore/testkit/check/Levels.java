package io.kvstore.testkit.check;

import io.kvstore.Consistency;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import java.time.Duration;

/** Whether a history of keys that were never written before is what a level promises. */
public final class Levels {
  private static final Model EMPTY = Model.keyValue(null);

  private Levels() {}

  /** Judges the history. */
  public static Verdict check(Consistency level, History history, Budget budget) {
    return switch (level) {
      case LINEARIZABLE ->
          Witness.shows(history, EMPTY, true)
              ? new Verdict.Holds()
              : Linearizability.check(history, EMPTY, budget);
      case SEQUENTIAL -> Sequential.check(history, EMPTY, budget);
      case CAUSAL -> Causal.checkConvergence(history, EMPTY, budget);
      case EVENTUAL -> Provenance.check(history);
    };
  }

  /** Why a history is not what a level promises, by the few operations that are enough. */
  public static Broken explain(Consistency level, History history, Broken broken) {
    if (level == Consistency.EVENTUAL) {
      return broken; // says it by one operation, and needs all others to say that it is alone
    }
    Budget each = new Budget(Duration.ofSeconds(1), 64L << 20);
    Budget all = new Budget(Duration.ofSeconds(5), 64L << 20);
    Core core = Core.of(history, part -> check(level, part, each), broken, all);
    Broken small = core.verdict();
    return level == Consistency.LINEARIZABLE
        ? new Broken(small.key(), Explanation.of(core.history()), small.conflict(), small.order())
        : small;
  }
}
