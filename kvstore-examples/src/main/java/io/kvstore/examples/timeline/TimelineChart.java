package io.kvstore.examples.timeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/** Timelines below each other as an SVG: puts and gets of a second, and what happened when. */
final class TimelineChart {
  private static final int WIDTH = 900;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int HEAD = 40;
  private static final int PANEL = 130;
  private static final int GAP = 46;
  private static final int FOOT = 30;
  private static final String GETS = "#1f6fb2";
  private static final String PUTS = "#c2571a";

  private record Panel(String title, Timeline timeline, Duration moment, String event) {}

  private final String title;
  private final List<Panel> panels = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();

  TimelineChart(String title) {
    this.title = title;
  }

  /** Adds a timeline in which something happened at a moment. */
  void add(String name, Timeline timeline, Duration moment, String event) {
    panels.add(new Panel(name, timeline, moment, event));
  }

  String svg() {
    int height = HEAD + panels.size() * (PANEL + GAP) + FOOT;
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\" font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH, height, title);
    line("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
    line("<text x=\"%d\" y=\"22\" font-size=\"15\" font-weight=\"bold\">%s</text>", LEFT, title);
    legend();
    int top = HEAD + GAP / 2;
    for (Panel panel : panels) {
      draw(panel, top);
      top += PANEL + GAP;
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend() {
    line("<text x=\"%d\" y=\"22\" fill=\"%s\">gets a second</text>", WIDTH - RIGHT - 190, GETS);
    line("<text x=\"%d\" y=\"22\" fill=\"%s\">puts a second</text>", WIDTH - RIGHT - 90, PUTS);
  }

  private void draw(Panel panel, int top) {
    Timeline timeline = panel.timeline;
    double most = 1;
    for (int i = 0; i < timeline.intervals(); i++) {
      most = Math.max(most, Math.max(timeline.putsPerSecond(i), timeline.getsPerSecond(i)));
    }
    line("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", LEFT, top - 6, panel.title);
    line(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#888888\"/>",
        LEFT, top + PANEL, WIDTH - RIGHT, top + PANEL);
    line("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f</text>", LEFT - 6, top + 10, most);
    line("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>", LEFT - 6, top + PANEL);
    seconds(timeline, top);
    double x = x(timeline, (double) panel.moment.toNanos() / Timeline.INTERVAL.toNanos());
    line(
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#444444\""
            + " stroke-dasharray=\"4 3\"/>",
        x, top, x, top + PANEL);
    line("<text x=\"%.1f\" y=\"%d\">%s</text>", x + 5, top - 6, panel.event);
    curve(timeline, timeline::getsPerSecond, most, top, GETS, "4");
    curve(timeline, timeline::putsPerSecond, most, top, PUTS, "1.8");
  }

  private void seconds(Timeline timeline, int top) {
    int perSecond = (int) Duration.ofSeconds(1).dividedBy(Timeline.INTERVAL);
    int step = timeline.intervals() / perSecond > 15 ? 5 : 1;
    for (int i = 0; i <= timeline.intervals(); i += step * perSecond) {
      line(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666666\">%d s</text>",
          x(timeline, i), top + PANEL + 15, i / perSecond);
    }
  }

  private void curve(
      Timeline timeline,
      IntToDoubleFunction perSecond,
      double most,
      int top,
      String colour,
      String width) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < timeline.intervals(); i++) {
      double y = top + PANEL - PANEL * perSecond.applyAsDouble(i) / most;
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(timeline, i + 0.5), y));
    }
    line(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>",
        points.toString().strip(), colour, width);
  }

  private static double x(Timeline timeline, double interval) {
    return LEFT + (WIDTH - LEFT - RIGHT) * interval / timeline.intervals();
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
