package io.kvstore.examples.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Lines over a size that grows, both on scales of powers of ten, as an SVG. */
public final class LineChart {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 380;
  private static final int LEFT = 80;
  private static final int RIGHT = 250;
  private static final int TOP = 36;
  private static final int BOTTOM = 48;
  private static final int LINE_OF_TEXT = 17;

  private record Point(double x, double y) {}

  private record Line(String name, String style, List<Point> points) {}

  private final String title;
  private final String unitOfX;
  private final List<Line> lines = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();
  private double left;
  private double right;
  private int bottom;
  private int top;

  /** An empty chart. */
  public LineChart(String title, String unitOfX) {
    this.title = title;
    this.unitOfX = unitOfX;
  }

  /**
   * Adds a line without points, in the colour of the system that it tells of; the second of a
   * colour is dashed.
   */
  public void line(String name, String system) {
    String style = styleOf(system);
    boolean isSecond = lines.stream().anyMatch(line -> line.style.equals(style));
    lines.add(new Line(name, isSecond ? style + " second" : style, new ArrayList<>()));
  }

  /** Adds a point to the last line. */
  public void point(double x, double y) {
    lines.get(lines.size() - 1).points.add(new Point(x, y));
  }

  static String styleOf(String system) {
    if (!system.startsWith(Systems.OURS)) {
      return system.startsWith(Systems.MAP) ? "limit" : "peer";
    }
    return Systems.lower(Ours.levelOf(system.substring(Systems.OURS.length())));
  }

  /** The whole. */
  public String svg() {
    lines.removeIf(line -> line.points.isEmpty());
    if (lines.isEmpty()) {
      return "";
    }
    left = points(true).min().orElse(1);
    right = Math.max(left * 1.01, points(true).max().orElse(1));
    bottom = (int) Math.floor(Math.log10(points(false).min().orElse(1)));
    top = Math.max(bottom + 1, (int) Math.ceil(Math.log10(points(false).max().orElse(1))));
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\">",
        WIDTH, HEIGHT, Page.escape(title));
    add("<text class=\"head\" x=\"0\" y=\"20\">%s</text>", Page.escape(title));
    grid();
    double lastName = -LINE_OF_TEXT;
    List<Line> byHeight = lines.stream().sorted((a, b) -> Double.compare(end(a), end(b))).toList();
    for (Line line : byHeight) {
      draw(line);
      lastName = Math.max(end(line), lastName + LINE_OF_TEXT);
      add(
          "<text class=\"name %s\" x=\"%d\" y=\"%.1f\">%s</text>",
          line.style, WIDTH - RIGHT + 12, lastName + 4, Page.escape(line.name));
    }
    return svg.append("</svg>\n").toString();
  }

  private DoubleStream points(boolean ofX) {
    return lines.stream()
        .flatMap(line -> line.points.stream())
        .mapToDouble(point -> ofX ? point.x : point.y)
        .filter(value -> value > 0);
  }

  private double end(Line line) {
    return y(line.points.get(line.points.size() - 1).y);
  }

  private void grid() {
    for (int power = bottom; power <= top; power++) {
      double y = y(Math.pow(10, power));
      add(
          "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
          LEFT, y, WIDTH - RIGHT, y);
      add(
          "<text class=\"label\" x=\"%d\" y=\"%.1f\">%s</text>",
          LEFT - 8, y + 4, BarChart.number(Math.pow(10, power)));
    }
    double lastTick = Double.NEGATIVE_INFINITY;
    for (double value : points(true).sorted().distinct().toArray()) {
      double x = x(value);
      if (x - lastTick >= 48) {
        add(
            "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>",
            x, HEIGHT - BOTTOM + 16, BarChart.number(value));
        lastTick = x;
      }
    }
    add(
        "<text class=\"tick\" x=\"%d\" y=\"%d\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, Page.escape(unitOfX));
  }

  private void draw(Line line) {
    StringBuilder path = new StringBuilder();
    for (Point point : line.points) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : " L", x(point.x), y(point.y)));
    }
    add("<path class=\"line %s\" d=\"%s\"/>", line.style, path);
    for (Point point : line.points) {
      add(
          "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s: %s at %s</title></circle>",
          line.style,
          x(point.x),
          y(point.y),
          Page.escape(line.name),
          BarChart.number(point.y),
          BarChart.number(point.x));
    }
  }

  private double x(double value) {
    double place = Math.log(Math.max(value, left) / left) / Math.log(right / left);
    return LEFT + place * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    double place = (Math.log10(Math.max(1e-9, value)) - bottom) / (top - bottom);
    return HEIGHT - BOTTOM - Math.max(0, Math.min(1, place)) * (HEIGHT - TOP - BOTTOM);
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
