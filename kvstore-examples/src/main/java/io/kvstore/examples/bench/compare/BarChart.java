package io.kvstore.examples.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Systems below each other on a scale of powers of ten, as an SVG: a row for each, and in it for
 * each number of callers a bar or, for latencies, a line from the median over p99 to the longest.
 */
final class BarChart {
  private static final int WIDTH = 1_000;
  private static final int NAMES = 270;
  private static final int VALUES = 190;
  private static final int BAR = 15;
  private static final int GAP = 9;
  private static final int HEAD = 36;
  private static final int FOOT = 30;

  private record Bar(String system, String label, List<Double> points) {}

  private final String title;
  private final List<Bar> bars = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();

  BarChart(String title) {
    this.title = title;
  }

  /** Adds a bar to the row of a system: one point, or the median, p99 and the longest. */
  void bar(String system, String label, List<Double> points) {
    bars.add(new Bar(system, label, points));
  }

  String svg() {
    double least = points().min().orElse(1);
    double most = points().max().orElse(1);
    int lowest = (int) Math.floor(Math.log10(Math.max(1e-3, least)) - 0.01);
    int highest = Math.max(lowest + 1, (int) Math.ceil(Math.log10(Math.max(1e-3, most))));
    int height = HEAD + heightOfRows() + FOOT;
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\">",
        WIDTH, height, Page.escape(title));
    line("<text class=\"head\" x=\"0\" y=\"20\">%s</text>", Page.escape(title));
    grid(lowest, highest, height - FOOT);
    int top = HEAD;
    String last = "";
    for (Bar bar : bars) {
      if (!bar.system.equals(last)) {
        top += last.isEmpty() ? 0 : GAP;
        line("<text x=\"0\" y=\"%d\">%s</text>", top + 12, Page.escape(bar.system));
        last = bar.system;
      }
      draw(bar, top, lowest, highest);
      top += BAR;
    }
    return svg.append("</svg>\n").toString();
  }

  private java.util.stream.DoubleStream points() {
    return bars.stream()
        .flatMap(bar -> bar.points.stream())
        .mapToDouble(Double::doubleValue)
        .filter(point -> point > 0);
  }

  private int heightOfRows() {
    long rows = bars.stream().map(Bar::system).distinct().count();
    return bars.size() * BAR + (int) rows * GAP;
  }

  private void grid(int lowest, int highest, int bottom) {
    for (int power = lowest; power <= highest; power++) {
      double x = x(Math.pow(10, power), lowest, highest);
      line(
          "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x, HEAD, x, bottom);
      line(
          "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>",
          x, bottom + 14, number(Math.pow(10, power)));
    }
  }

  private void draw(Bar bar, int top, int lowest, int highest) {
    String style = LineChart.styleOf(bar.system);
    double middle = top + BAR / 2.0;
    line(
        "<text class=\"label\" x=\"%d\" y=\"%.1f\">%s</text>",
        NAMES - 8, middle + 4, Page.escape(bar.label));
    double first = x(bar.points.get(0), lowest, highest);
    if (bar.points.size() == 1) {
      line(
          "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
          style, NAMES, top + 1, Math.max(2, first - NAMES), BAR - 3);
    } else {
      double second = x(bar.points.get(1), lowest, highest);
      double third = x(bar.points.get(2), lowest, highest);
      stroke(style + " thin", second, middle, third, middle);
      stroke(style + " thick", first, middle, second, middle);
      line("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>", style, first, middle);
      stroke(style + " thin", third, middle - 5, third, middle + 5);
    }
    line(
        "<text x=\"%d\" y=\"%.1f\">%s</text>",
        WIDTH - VALUES + 12,
        middle + 4,
        String.join(" / ", bar.points.stream().map(BarChart::number).toList()));
  }

  private void stroke(String style, double x1, double y1, double x2, double y2) {
    line(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style, x1, y1, x2, y2);
  }

  /** A number with as many digits as are read easily. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : value >= 0.01 ? 3 : 5;
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    return decimals == 0 ? text : text.replaceFirst("\\.?0+$", "");
  }

  private static double x(double value, int lowest, int highest) {
    double place = (Math.log10(Math.max(1e-3, value)) - lowest) / (highest - lowest);
    return NAMES + Math.max(0, Math.min(1, place)) * (WIDTH - NAMES - VALUES);
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
