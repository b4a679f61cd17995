package io.kvstore.playground;

import io.kvstore.Consistency;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.History;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What the checkers say of what clients have seen so far. */
final class Verdicts {
  private static final Budget BUDGET = new Budget(Duration.ofMillis(300), 64L << 20);

  private Verdicts() {}

  /** Of each level; by as few operations as are enough, where one is broken. */
  static Map<Consistency, Verdict> of(Stage stage) {
    History history = stage.recorder().history();
    Map<Consistency, Verdict> verdicts = new EnumMap<>(Consistency.class);
    for (Consistency level : Consistency.values()) {
      Verdict verdict = Levels.check(level, history, BUDGET);
      verdicts.put(
          level,
          verdict instanceof Verdict.Broken broken
              ? Levels.explain(level, history, broken)
              : verdict);
    }
    return verdicts;
  }

  /** Whether one level is broken. */
  static boolean isBroken(Consistency level, Stage stage) {
    return Levels.check(level, stage.recorder().history(), BUDGET) instanceof Verdict.Broken;
  }
}
