package io.kvstore.examples.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final Figures.Latency NONE = new Figures.Latency(0, 0, 0, 0);
  private static final Map<String, Double> BASELINE =
      Map.of("kv/causal,WRITES", 0.3, "kv/causal,FEW", 0.3);

  /** A plain map does a thousand operations a second, the level what comes next. */
  private static List<String> warningsAt(Double... perSecond) {
    Deque<Double> next = new ArrayDeque<>(List.of(perSecond));
    Guard guard =
        new Guard(
            trial ->
                Optional.of(trial.system().equals("chm") ? 1_000.0 : next.remove())
                    .map(value -> new Figures(value, NONE, NONE, 0, 0, 0, 0)),
            Trial.DEFAULT,
            BASELINE);
    List<String> warnings = guard.warnings(List.of("kv/causal"));
    assertThat(next).as("what was not measured").isEmpty();
    return warnings;
  }

  @Test
  void aLevelThatHasFallenByAThirdThreeTimesIsWarnedOf() {
    assertThat(warningsAt(190.0, 150.0, 180.0, 300.0))
        .singleElement()
        .asString()
        .startsWith("WARNING: kv/causal, writes only")
        .contains("0.1900 of a plain map instead of 0.3000");
  }

  @Test
  void whatWasSlowOnlyOnceIsNotWarnedOf() {
    assertThat(warningsAt(100.0, 250.0, 100.0, 100.0, 201.0)).isEmpty();
  }

  @Test
  void whatCannotBeMeasuredIsNotWarnedOf() {
    Guard guard = new Guard(trial -> Optional.empty(), Trial.DEFAULT, BASELINE);
    assertThat(guard.warnings(List.of("kv/causal"))).isEmpty();
  }
}
