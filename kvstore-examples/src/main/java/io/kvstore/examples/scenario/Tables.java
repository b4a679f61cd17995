package io.kvstore.examples.scenario;

import io.kvstore.Consistency;
import io.kvstore.testkit.history.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures and the verdicts of all levels, as rows of cells. */
final class Tables {
  private Tables() {}

  static List<List<String>> figures(List<Judgement> judgements) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("level", "type", "operations", "per second", "p50 us", "p99 us", "max us"));
    for (Judgement judgement : judgements) {
      Figures figures = Figures.of(judgement.outcome().history());
      String level = judgement.outcome().levelName();
      for (Kind kind : List.of(Kind.WRITE, Kind.READ)) {
        figures
            .latency(kind)
            .ifPresent(
                latency ->
                    rows.add(
                        List.of(
                            level,
                            kind.toString(),
                            count(latency.operations()),
                            whole(figures.perSecond(latency.operations())),
                            micros(latency.p50()),
                            micros(latency.p99()),
                            micros(latency.max()))));
      }
      rows.add(
          List.of(
              level,
              "all",
              count(figures.operations()),
              whole(figures.perSecond()),
              "",
              "",
              figures.failed() == 0 ? "" : figures.failed() + " failed"));
    }
    return rows;
  }

  static List<List<String>> verdicts(List<Judgement> judgements) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>();
    head.add("level");
    Judgement.JUDGED.forEach(level -> head.add(Outcome.nameOf(level) + "?"));
    head.addAll(List.of("replicas", "promise"));
    rows.add(head);
    for (Judgement judgement : judgements) {
      List<String> row = new ArrayList<>();
      row.add(judgement.outcome().levelName());
      for (Consistency level : Judgement.JUDGED) {
        row.add(Judgement.inAWord(judgement.verdict(level)));
      }
      row.add(judgement.outcome().disagreement().isEmpty() ? "agree" : "differ");
      row.add(judgement.promise());
      rows.add(row);
    }
    return rows;
  }

  /** Cells in columns; those of numbers end together. */
  static List<String> columns(List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int width = widthOf(rows, column);
        String format = isOfNumbers(rows, column) ? "  %" + width + "s" : "  %-" + width + "s";
        line.append(String.format(Locale.ROOT, format, row.get(column)));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  static boolean isOfNumbers(List<List<String>> rows, int column) {
    String cell = rows.get(rows.size() > 1 ? 1 : 0).get(column);
    return !cell.isEmpty() && Character.isDigit(cell.charAt(0));
  }

  private static int widthOf(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** A number of microseconds. */
  static String micros(double number) {
    return String.format(Locale.ROOT, number < 1_000 ? "%.1f" : "%,.0f", number);
  }
}
