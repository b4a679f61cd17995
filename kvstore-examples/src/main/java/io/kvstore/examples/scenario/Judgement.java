package io.kvstore.examples.scenario;

import io.kvstore.Consistency;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the checkers say of what the clients saw.
 *
 * @param outcome what was judged
 * @param verdicts whether its history is what each level with an order promises
 */
record Judgement(Outcome outcome, Map<Consistency, Verdict> verdicts) {
  /** The levels that say something of a history, from the strongest on. */
  static final List<Consistency> JUDGED =
      List.of(Consistency.LINEARIZABLE, Consistency.SEQUENTIAL, Consistency.CAUSAL);

  private static final Budget BUDGET =
      new Budget(Duration.ofSeconds(20), Runtime.getRuntime().maxMemory() / 4);
  private static final int MOST_EXPLAINED = 1_000;

  static Judgement of(Outcome outcome) {
    Map<Consistency, Verdict> verdicts = new EnumMap<>(Consistency.class);
    Verdict stronger = new Verdict.Undecided("nothing was asked yet");
    for (Consistency level : JUDGED) {
      // What keeps a promise keeps every weaker one.
      stronger = stronger.holds() ? stronger : check(level, outcome);
      verdicts.put(level, stronger);
    }
    return new Judgement(outcome, verdicts);
  }

  /**
   * What was recorded beyond what the clients saw only narrows down which orders there may have
   * been: when it keeps a promise, so does what they saw, and is checked faster. When it does not,
   * what they saw decides.
   */
  private static Verdict check(Consistency level, Outcome outcome) {
    Verdict recorded = Levels.check(level, outcome.recorded(), BUDGET);
    return recorded.holds() ? recorded : checkSeen(level, outcome.history());
  }

  private static Verdict checkSeen(Consistency level, History history) {
    Verdict verdict = Levels.check(level, history, BUDGET);
    return verdict instanceof Broken broken && history.size() <= MOST_EXPLAINED
        ? Levels.explain(level, history, broken)
        : verdict;
  }

  /** What is said of the history at a level; the eventual one allows every history. */
  Verdict verdict(Consistency level) {
    return verdicts.getOrDefault(level, new Holds());
  }

  /** Whether the clients saw what the level promises, and the replicas agreed in the end. */
  boolean isPromiseKept() {
    return outcome.disagreement().isEmpty() && verdict(outcome.level()).holds();
  }

  /** Whether the promise was kept, in a word. */
  String promise() {
    return isPromiseKept() ? "held" : isUndecided() ? "undecided" : "not held";
  }

  private boolean isUndecided() {
    return outcome.disagreement().isEmpty()
        && verdict(outcome.level()) instanceof Verdict.Undecided;
  }

  /** What became of the promise, in a sentence. */
  String promiseInASentence() {
    String promise = "the promise of the " + outcome.levelName() + " store ";
    if (isPromiseKept()) {
      return promise + "held";
    }
    return promise
        + (isUndecided() ? "may or may not have held: " : "did not hold: ")
        + complaint();
  }

  private String complaint() {
    Verdict verdict = verdict(outcome.level());
    if (verdict instanceof Broken broken) {
      return broken.reason();
    }
    return outcome
        .disagreement()
        .map(difference -> "the replicas do not agree in the end: " + difference)
        .orElse(verdict.toString());
  }

  /** The verdicts by the names of their levels, for a drawing. */
  Map<String, Verdict> byName() {
    Map<String, Verdict> named = new LinkedHashMap<>();
    verdicts.forEach((level, verdict) -> named.put(Outcome.nameOf(level), verdict));
    return named;
  }

  static String inAWord(Verdict verdict) {
    return verdict.holds() ? "holds" : verdict instanceof Broken ? "broken" : "undecided";
  }
}
