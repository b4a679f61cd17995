package io.kvstore.examples.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines between points on two axes that begin at nothing, as an SVG. */
final class LineChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int LEFT = 70;
  private static final int RIGHT = 150;
  private static final int TOP = 40;
  private static final int FOOT = 50;
  private static final List<String> COLOURS = List.of("#1f6fb2", "#c2571a", "#3a8a3a", "#7a4fa3");

  /** A point. */
  record Point(double x, double y) {}

  private record Line(String name, List<Point> points) {}

  private final String title;
  private final String across;
  private final String up;
  private final List<Line> lines = new ArrayList<>();

  /**
   * Without lines yet.
   *
   * @param across what is from left to right
   * @param up what is from the foot to the top
   */
  LineChart(String title, String across, String up) {
    this.title = title;
    this.across = across;
    this.up = up;
  }

  void add(String name, List<Point> points) {
    lines.add(new Line(name, List.copyOf(points)));
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    append(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\" font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH,
        HEIGHT,
        title);
    append(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
    append(
        svg,
        "<text x=\"%d\" y=\"22\" font-size=\"15\" font-weight=\"bold\">%s</text>",
        LEFT,
        title);
    double mostX = most(true);
    double mostY = most(false);
    axes(svg, mostX, mostY);
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), mostX, mostY, TOP + 16 * i);
    }
    return svg.append("</svg>\n").toString();
  }

  private double most(boolean isAcross) {
    return lines.stream()
        .flatMap(line -> line.points.stream())
        .mapToDouble(point -> isAcross ? point.x : point.y)
        .max()
        .orElse(1);
  }

  private void axes(StringBuilder svg, double mostX, double mostY) {
    int foot = HEIGHT - FOOT;
    append(
        svg,
        "<polyline points=\"%d,%d %d,%d %d,%d\" fill=\"none\" stroke=\"#888888\"/>",
        LEFT,
        TOP,
        LEFT,
        foot,
        WIDTH - RIGHT,
        foot);
    append(
        svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f</text>", LEFT - 6, TOP + 10, mostY);
    append(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>", LEFT - 6, foot);
    append(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f %s</text>",
        WIDTH - RIGHT,
        foot + 18,
        mostX,
        across);
    append(svg, "<text x=\"%d\" y=\"%d\">%s</text>", LEFT + 6, TOP + 10, up);
  }

  private static void draw(
      StringBuilder svg, Line line, String colour, double mostX, double mostY, int top) {
    StringBuilder points = new StringBuilder();
    for (Point point : line.points) {
      double x = LEFT + (WIDTH - LEFT - RIGHT) * point.x / mostX;
      double y = HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * point.y / mostY;
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      append(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, colour);
    }
    append(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>",
        points.toString().strip(),
        colour);
    append(
        svg,
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
        WIDTH - RIGHT + 12,
        top + 10,
        colour,
        line.name);
  }

  private static void append(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
