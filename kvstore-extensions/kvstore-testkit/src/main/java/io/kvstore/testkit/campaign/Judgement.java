package io.kvstore.testkit.campaign;

import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the checkers say of a run, by what they check. */
record Judgement(Map<String, Verdict> verdicts) {
  /** Copies the map; its order stays. */
  Judgement {
    verdicts = new LinkedHashMap<>(verdicts);
  }

  /** The same, but for everything else than this promise. */
  Judgement only(String promise) {
    Verdict verdict = verdicts.get(promise);
    return new Judgement(verdict == null ? Map.of() : Map.of(promise, verdict));
  }

  /** What does not hold, if there is something. */
  Optional<Failure> failure() {
    return verdicts.entrySet().stream()
        .filter(each -> each.getValue() instanceof Broken)
        .findFirst()
        .map(each -> new Failure(each.getKey(), (Broken) each.getValue()));
  }

  long undecided() {
    return verdicts.values().stream().filter(Verdict.Undecided.class::isInstance).count();
  }

  /** A promise that was not kept. */
  record Failure(String promise, Broken verdict) {}
}
