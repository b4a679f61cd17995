package io.kvstore.examples.scenario;

import io.kvstore.testkit.history.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The levels beside each other, as an SVG: a bar for the operations of a second, and for writes and
 * for reads a line from the median latency to the highest, on a scale of powers of ten.
 */
final class Chart {
  private static final int WIDTH = 1_000;
  private static final int NAMES = 110;
  private static final int VALUES = 210;
  private static final int ROW = 26;
  private static final int HEAD = 34;
  private static final int FOOT = 26;

  private final List<String> levels = new ArrayList<>();
  private final List<Figures> figures = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();
  private int top;

  Chart(List<Judgement> judgements) {
    for (Judgement judgement : judgements) {
      levels.add(judgement.outcome().levelName());
      figures.add(Figures.of(judgement.outcome().history()));
    }
  }

  String svg() {
    throughput();
    latencies(Kind.WRITE, "Latency of writes");
    latencies(Kind.READ, "Latency of reads");
    return String.format(
        Locale.ROOT,
        "<svg id=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"The levels beside each other\">%n%s</svg>",
        WIDTH,
        top,
        svg);
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private void head(String title) {
    line("<text class=\"head\" x=\"0\" y=\"%d\">%s</text>", top + 20, title);
    top += HEAD;
  }

  private void name(int row) {
    line("<text x=\"0\" y=\"%d\">%s</text>", top + 17, levels.get(row));
  }

  private void value(String text) {
    line("<text x=\"%d\" y=\"%d\">%s</text>", WIDTH - VALUES + 12, top + 17, text);
  }

  private static int room() {
    return WIDTH - NAMES - VALUES;
  }

  private void throughput() {
    head("Operations a second");
    double most = figures.stream().mapToDouble(Figures::perSecond).max().orElse(1);
    for (int row = 0; row < levels.size(); row++) {
      double perSecond = figures.get(row).perSecond();
      name(row);
      line(
          "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>",
          levels.get(row), NAMES, top + 4, Math.max(2, perSecond / most * room()), ROW - 8);
      value(String.format(Locale.ROOT, "%,.0f", perSecond));
      top += ROW;
    }
    top += FOOT;
  }

  private void latencies(Kind kind, String title) {
    List<Figures.Latency> known =
        figures.stream().map(each -> each.latency(kind)).flatMap(Optional::stream).toList();
    if (known.isEmpty()) {
      return;
    }
    head(title + ": p50, p99 and the longest, in microseconds");
    double least = known.stream().mapToDouble(Figures.Latency::p50).min().orElse(1);
    double most = known.stream().mapToDouble(Figures.Latency::max).max().orElse(1);
    int lowest = (int) Math.floor(Math.log10(Math.max(0.01, least)));
    int highest = Math.max(lowest + 1, (int) Math.ceil(Math.log10(Math.max(0.01, most))));
    grid(lowest, highest);
    for (int row = 0; row < levels.size(); row++) {
      name(row);
      Optional<Figures.Latency> latency = figures.get(row).latency(kind);
      if (latency.isPresent()) {
        range(levels.get(row), latency.get(), lowest, highest);
      }
      top += ROW;
    }
    top += FOOT;
  }

  private void grid(int lowest, int highest) {
    int bottom = top + levels.size() * ROW;
    for (int power = lowest; power <= highest; power++) {
      double x = x(Math.pow(10, power), lowest, highest);
      line("<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x, top, x, bottom);
      line(
          "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>",
          x,
          bottom + 14,
          String.format(
              Locale.ROOT, power < 0 ? "%." + -power + "f" : "%,.0f", Math.pow(10, power)));
    }
  }

  private void range(String level, Figures.Latency latency, int lowest, int highest) {
    double y = top + ROW / 2.0;
    double p50 = x(latency.p50(), lowest, highest);
    double p99 = x(latency.p99(), lowest, highest);
    double max = x(latency.max(), lowest, highest);
    line(
        "<line class=\"%s thin\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        level, p99, y, max, y);
    line(
        "<line class=\"%s thick\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        level, p50, y, p99, y);
    line("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>", level, p50, y);
    line(
        "<line class=\"%s thin\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        level, max, y - 6, max, y + 6);
    value(
        String.join(
            " / ",
            Tables.micros(latency.p50()),
            Tables.micros(latency.p99()),
            Tables.micros(latency.max())));
  }

  private static double x(double micros, int lowest, int highest) {
    double place = (Math.log10(Math.max(1e-3, micros)) - lowest) / (highest - lowest);
    return NAMES + Math.max(0, Math.min(1, place)) * room();
  }
}
