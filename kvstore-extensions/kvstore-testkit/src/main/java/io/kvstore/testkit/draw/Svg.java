package io.kvstore.testkit.draw;

import io.kvstore.testkit.check.Verdict;
import java.util.Locale;
import java.util.Map;

/**
 * A picture as an SVG, for a document. A long one goes on below, like a line of music: it is as
 * wide as a page, not as time is long.
 */
final class Svg {
  static final double WIDTH = 1240;
  static final double MARGIN = 16;
  private static final double LINE = 19;

  private final Picture picture;
  private final String title;
  private final String replay;
  private final Map<String, Verdict> levels;
  private final Sheet sheet = new Sheet();
  private double y = MARGIN;

  Svg(Picture picture, String title, String replay, Map<String, Verdict> levels) {
    this.picture = picture;
    this.title = title;
    this.replay = replay;
    this.levels = levels;
  }

  String text() {
    write(title, 17, "font-size=\"17\" font-weight=\"600\"");
    badges();
    write(picture.promise(), 13, "font-size=\"13\" fill=\"#4a535b\"");
    String reason = picture.reason().isEmpty() ? "" : "✗ " + picture.reason();
    write(reason, 14, "font-size=\"14\" font-weight=\"600\" fill=\"#b34700\"");
    y += 6;
    String id = "d" + Integer.toHexString((title + replay).hashCode());
    Staff staff = new Staff(picture, sheet, id);
    for (int i = 0; i < staff.count(); i++) {
      y = staff.draw(i, y);
    }
    legend();
    write(replay.isEmpty() ? "" : "To see it again: " + replay, 11, "font-size=\"11\"");
    return sheet.finished(WIDTH, y + MARGIN - 8);
  }

  private void write(String text, double size, String attributes) {
    for (String line : Sheet.lines(text, WIDTH - 2 * MARGIN, size)) {
      y += LINE;
      sheet.text(MARGIN, y - 4, attributes, line);
    }
  }

  private void badges() {
    if (levels.isEmpty()) {
      return;
    }
    double x = MARGIN;
    y += 6;
    for (Map.Entry<String, Verdict> level : levels.entrySet()) {
      boolean holds = level.getValue().holds();
      boolean broken = level.getValue() instanceof Verdict.Broken;
      String text = (holds ? "✓ " : broken ? "✗ " : "? ") + level.getKey();
      double width = Sheet.width(text, 12.5) + 18;
      if (x + width > WIDTH - MARGIN) {
        x = MARGIN;
        y += 26;
      }
      sheet.shape(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"20\" rx=\"10\" fill=\"%s\"/>",
          x, y, width, holds ? "#d9efe6" : broken ? "#f9ddd0" : "#e8e8e8");
      sheet.text(x + 9, y + 14, "", text);
      x += width + 8;
    }
    y += 24;
  }

  private void legend() {
    double x = MARGIN;
    y += 22;
    for (Legend.Entry entry : Legend.of(picture)) {
      double width = 28 + Sheet.width(entry.meaning(), 11.5) + 16;
      if (x + width > WIDTH - MARGIN) {
        x = MARGIN;
        y += LINE;
      }
      sign(entry.sign(), x, y - 4);
      sheet.text(x + 28, y, "font-size=\"11.5\" fill=\"#4a535b\"", entry.meaning());
      x += width;
    }
    y += 6;
    write(
        "Time goes from left to right; idle time is drawn short.",
        11,
        "font-size=\"11\" fill=\"#4a535b\"");
  }

  private void sign(String name, double x, double middle) {
    switch (name) {
      case "message" -> line(x, middle - 5, x + 22, middle + 5, "stroke=\"" + Staff.MESSAGE + "\"");
      case "lost" ->
          line(
              x,
              middle - 5,
              x + 22,
              middle + 5,
              "stroke=\"" + Staff.LOST + "\" stroke-dasharray=\"3 3\"");
      case "view" ->
          line(
              x + 11,
              middle - 7,
              x + 11,
              middle + 7,
              "stroke=\"" + Staff.VIEW + "\" stroke-dasharray=\"2 3\"");
      case "serves" -> Staff.diamond(sheet, x + 11, middle, "");
      case "place" -> Staff.number(sheet, x + 11, middle, "1");
      case "unknown", "failed" -> box(x, middle, "none", "#68727c\" stroke-dasharray=\"4 3");
      case "conflict" -> box(x, middle, "none", Staff.LOST + "\" stroke-width=\"2.5");
      case "read", "write", "cas", "delete" ->
          box(x, middle, Staff.light(name), Staff.colour(name));
      default -> box(x, middle, Staff.colour(name), "none");
    }
  }

  private void line(double fromX, double fromY, double toX, double toY, String attributes) {
    sheet.shape(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>",
        fromX, fromY, toX, toY, attributes);
  }

  private void box(double x, double middle, String fill, String stroke) {
    sheet.shape(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"22\" height=\"12\" rx=\"3\" fill=\"%s\" stroke=\"%s\"/>",
        x, middle - 6, fill, stroke);
  }

  /** A time in the unit that fits. */
  static String inWords(long nanos) {
    if (nanos < 0) {
      return "-" + inWords(-nanos);
    }
    if (nanos >= 1_000_000_000L) {
      return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }
    return nanos >= 1_000_000
        ? String.format(Locale.ROOT, "%.3f ms", nanos / 1e6)
        : String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
  }
}
