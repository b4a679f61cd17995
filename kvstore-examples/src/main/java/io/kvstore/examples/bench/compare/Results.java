package io.kvstore.examples.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The figures of a whole run: medians over the forks, ratios formed within each fork. */
public final class Results {
  private record Row(Trial trial, int fork, Figures figures) {}

  private final List<Row> rows = new ArrayList<>();

  /** Takes the figures of one trial. */
  public void add(Trial trial, int fork, Figures figures) {
    rows.add(new Row(trial, fork, figures));
  }

  /** The loads that were put on something, in the order in which they were. */
  List<Trial> cells() {
    return new ArrayList<>(
        new LinkedHashSet<>(rows.stream().map(row -> row.trial.cell()).toList()));
  }

  /** The systems that were under this load. */
  List<String> systems(Trial cell) {
    Trial sought = cell.cell();
    Set<String> names = new LinkedHashSet<>();
    rows.stream()
        .filter(row -> row.trial.cell().equals(sought))
        .forEach(row -> names.add(row.trial.system()));
    return new ArrayList<>(names);
  }

  /** The median of a figure over the forks. */
  public OptionalDouble median(Trial cell, String system, ToDoubleFunction<Figures> figure) {
    return median(of(cell, system).stream().map(row -> figure.applyAsDouble(row.figures)).toList());
  }

  /** The worst of a figure over the forks. */
  OptionalDouble most(Trial cell, String system, ToDoubleFunction<Figures> figure) {
    return of(cell, system).stream().mapToDouble(row -> figure.applyAsDouble(row.figures)).max();
  }

  /** How many times as many operations a second as another system, in the median fork. */
  public OptionalDouble ratio(Trial cell, String system, String base) {
    List<Double> ratios = new ArrayList<>();
    for (Row row : of(cell, system)) {
      for (Row other : of(cell, base)) {
        if (row.fork == other.fork) {
          ratios.add(row.figures.perSecond() / other.figures.perSecond());
        }
      }
    }
    return median(ratios);
  }

  private List<Row> of(Trial cell, String system) {
    Trial sought = cell.cell();
    return rows.stream()
        .filter(row -> row.trial.system().equals(system) && row.trial.cell().equals(sought))
        .toList();
  }

  private static OptionalDouble median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
  }

  /** Writes all figures, a line for each trial. */
  public void writeTo(Path file, String java) throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(Trial.COLUMNS);
    head.add("fork");
    head.add("java");
    head.addAll(Figures.COLUMNS);
    lines.add(String.join(",", head));
    for (Row row : rows) {
      List<String> columns = new ArrayList<>(row.trial.toColumns());
      columns.add("" + row.fork);
      columns.add(java);
      columns.addAll(row.figures.toColumns());
      lines.add(String.join(",", columns));
    }
    Files.write(file, lines);
  }
}
