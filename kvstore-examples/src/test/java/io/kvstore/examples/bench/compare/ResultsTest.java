package io.kvstore.examples.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.examples.bench.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  private static final Figures.Latency NONE = new Figures.Latency(0, 0, 0, 0);

  private final Results results = new Results();

  private static Figures perSecond(double value) {
    return new Figures(value, new Figures.Latency(1, 2, 3, 4), NONE, 5, 6, 7, 8);
  }

  private void measured(int fork, double map, double ours) {
    Trial trial = Trial.DEFAULT.seeded(fork);
    results.add(trial.on("chm"), fork, perSecond(map));
    results.add(trial.on("kv/causal"), fork, perSecond(ours));
  }

  @Test
  void aRatioIsFormedWithinEachForkBeforeTheMedianIsTaken() {
    measured(0, 100, 50);
    measured(1, 10, 8); // the machine was busy
    measured(2, 100, 60);
    assertThat(results.ratio(Trial.DEFAULT, "kv/causal", "chm")).hasValue(0.6);
    assertThat(results.median(Trial.DEFAULT, "kv/causal", Figures::perSecond)).hasValue(50);
  }

  @Test
  void anotherLoadIsAnotherCell() {
    measured(0, 100, 50);
    Trial other = Trial.DEFAULT.with(Mix.FEW, Workload.Keys.ZIPF);
    results.add(other.on("chm"), 0, perSecond(1));
    assertThat(results.cells()).hasSize(2);
    assertThat(results.ratio(other, "kv/causal", "chm")).isEmpty();
  }

  @Test
  void theSystemsUnderALoadAreFoundByAnyTrialOfIt() {
    measured(3, 100, 50);
    assertThat(results.systems(Trial.DEFAULT.seeded(4))).containsExactly("chm", "kv/causal");
    assertThat(results.systems(Trial.DEFAULT.with(4, 64))).isEmpty();
  }

  @Test
  void theFileHasALineForEachTrial(@TempDir Path folder) throws Exception {
    measured(0, 100, 50);
    Path file = folder.resolve("compare.csv");
    results.writeTo(file, "java");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(26));
  }

  @Test
  void trialsAndFiguresSurviveTheWayToAnotherProcess() {
    Trial trial = Trial.DEFAULT.on("kv/causal").with(4, 64).withEntries(7, 8, Fresh.ALL).seeded(9);
    assertThat(Trial.ofColumns(trial.toColumns())).isEqualTo(trial);
    assertThat(Figures.ofColumns(perSecond(3).toColumns())).isEqualTo(perSecond(3));
  }
}
