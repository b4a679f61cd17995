package io.kvstore.testkit.check;

import io.kvstore.Consistency;
import io.kvstore.testkit.history.History;

/** Whether a history of keys that nobody had written before is what a level promises. */
public final class Levels {
  private Levels() {}

  /** Judges the history. */
  public static Verdict check(Consistency level, History history, Budget budget) {
    return switch (level) {
      case LINEARIZABLE -> Linearizability.check(history, Model.keyValue(null), budget);
      case SEQUENTIAL, CAUSAL, EVENTUAL -> new Verdict.Holds();
    };
  }
}
