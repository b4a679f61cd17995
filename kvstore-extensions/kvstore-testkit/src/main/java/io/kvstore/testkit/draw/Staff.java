package io.kvstore.testkit.draw;

import io.kvstore.testkit.draw.Picture.Arrow;
import io.kvstore.testkit.draw.Picture.Band;
import io.kvstore.testkit.draw.Picture.Bar;
import io.kvstore.testkit.draw.Picture.Client;
import io.kvstore.testkit.draw.Picture.Mark;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * The lanes of a picture, cut into parts that are as wide as a page: times above, then clients,
 * views, nodes, and what is wrong with all links.
 */
final class Staff {
  static final String MESSAGE = "#7a8794";
  static final String LOST = "#d55e00";
  static final String VIEW = "#4b5fbd";

  private static final double LEFT = 112;
  private static final int MOST_TOLD =
      600; // messages that are told in full: more make a large file
  private static final int END_OF_A_NAME = 4;
  private static final double TIMES = 24;
  private static final double ROW = 36;
  private static final double BAR = 23;
  private static final double VIEWS = 18;
  private static final double NODE = 46;
  private static final double LINKS = 24;
  private static final double SMALL = 10.5;
  private static final double ROOM = Svg.WIDTH - LEFT - Svg.MARGIN;

  private final Picture picture;
  private final Sheet sheet;
  private final String id; // another for each picture, as several may stand in one page
  private final double scale; // from places to the sheet
  private final int count;
  private double top;
  private double first; // place of this part
  private double last;

  Staff(Picture picture, Sheet sheet, String id) {
    this.picture = picture;
    this.id = id;
    this.sheet = sheet;
    sheet.shape(
        "<marker id=\"%s-head\" viewBox=\"0 0 8 6\" refX=\"8\" refY=\"3\" markerWidth=\"8\""
            + " markerHeight=\"6\" orient=\"auto\"><path d=\"M 0 0 L 8 3 L 0 6 z\" fill=\"%s\"/></marker>",
        id, MESSAGE);
    double length = picture.axis().length();
    count = Math.max(1, (int) Math.ceil(length * picture.axis().unit() / ROOM - 0.05));
    scale = count * ROOM / length;
  }

  int count() {
    return count;
  }

  /** Draws one of the parts below this; answers where it ends. */
  double draw(int part, double under) {
    top = under + 8;
    first = part * ROOM / scale;
    last = first + ROOM / scale;
    double bottom = linksTop() + (hasLinks() ? LINKS : 0);
    sheet.shape(
        "<clipPath id=\"%s-%d\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></clipPath>",
        id, part, LEFT - 8, top, ROOM + 16, bottom - top + 4);
    names();
    sheet.shape("<g clip-path=\"url(#%s-%d)\">", id, part);
    times(bottom);
    lines();
    picture.bands().stream().filter(each -> isHere(each.from(), each.to())).forEach(this::band);
    picture.arrows().stream()
        .filter(each -> isHere(each.sent(), each.arrived()))
        .forEach(this::arrow);
    marks();
    picture.bars().stream().filter(each -> isHere(each.from(), each.to())).forEach(this::bar);
    sheet.shape("</g>");
    return bottom + 10;
  }

  // Where things are

  private boolean isHere(long from, long to) {
    return place(to) >= first && place(from) <= last;
  }

  private double place(long time) {
    return picture.axis().place(time);
  }

  private double x(long time) {
    return LEFT + (place(time) - first) * scale;
  }

  private double clientTop(int client) {
    double at = top + TIMES;
    for (Client each : picture.clients().subList(0, client)) {
      at += each.rows() * ROW;
    }
    return at;
  }

  private double viewsTop() {
    return clientTop(picture.clients().size()) + 4;
  }

  private double nodesTop() {
    return viewsTop() + (picture.nodes().isEmpty() ? 0 : VIEWS * 2);
  }

  private double nodeY(int node) {
    return nodesTop() + picture.nodes().indexOf(node) * NODE + NODE / 2;
  }

  private double linksTop() {
    return nodesTop() + picture.nodes().size() * NODE;
  }

  private boolean hasLinks() {
    return picture.bands().stream().anyMatch(band -> band.node() == Picture.EVERYWHERE);
  }

  // Lanes

  private void names() {
    for (int i = 0; i < picture.clients().size(); i++) {
      String name = picture.clients().get(i).name();
      name(name, clientTop(i) + ROW / 2);
    }
    picture.nodes().forEach(node -> name(Picture.nameOf(node), nodeY(node)));
    if (hasLinks()) {
      name("all links", linksTop() + LINKS / 2);
    }
  }

  private void name(String name, double y) {
    double room = LEFT - Svg.MARGIN - 12;
    boolean isLong = Sheet.width(name, Sheet.LETTERS) > room && name.length() > END_OF_A_NAME;
    // Names often differ at their ends.
    String end = isLong ? name.substring(name.length() - END_OF_A_NAME) : "";
    String fitting =
        Sheet.fitting(name, room - Sheet.width(end, Sheet.LETTERS), Sheet.LETTERS) + end;
    sheet.text(Svg.MARGIN, y + 4, "fill=\"#4a535b\"", fitting);
  }

  private void lines() {
    for (int i = 0; i < picture.clients().size(); i++) {
      line(clientTop(i) + ROW / 2, "#e4e4e4");
    }
    picture.nodes().forEach(node -> line(nodeY(node), "#9a9a9a"));
  }

  private void line(double y, String colour) {
    sheet.shape(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        LEFT - 8, y, LEFT + ROOM, y, colour);
  }

  private void times(double bottom) {
    double free = LEFT - 8;
    for (long time : picture.axis().times()) {
      if (!isHere(time, time)) {
        continue;
      }
      String text = Svg.inWords(time);
      double width = Sheet.width(text, SMALL);
      double here = x(time);
      if (here >= free && here + width < LEFT + ROOM) {
        sheet.shape(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#eceff1\"/>",
            here, top + 2, here, bottom);
        sheet.text(here + 3, top + 12, "font-size=\"10.5\" fill=\"#68727c\"", text);
        free = here + width + 40;
      }
    }
  }

  // What is in them

  private void bar(Bar bar) {
    double from = x(bar.from());
    double to = Math.max(from + 6, x(bar.to()) - 1);
    double middle = clientTop(bar.client()) + bar.row() * ROW + ROW / 2;
    double visible = Math.max(from, LEFT - 8);
    String colour = colour(Bars.colourOf(bar.kind()));
    sheet.shape("<g><title>%s</title>", Sheet.escape(bar.text()));
    sheet.shape(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\" rx=\"4\" fill=\"%s\" stroke=\"%s\""
            + " stroke-width=\"%s\"%s/>",
        from,
        middle - BAR / 2,
        to - from,
        BAR,
        bar.outcome() == Outcome.OK ? light(Bars.colourOf(bar.kind())) : "#ffffff",
        bar.isInConflict() ? LOST : colour,
        bar.isInConflict() ? "2.5" : "1",
        bar.outcome() == Outcome.OK ? "" : " stroke-dasharray=\"4 3\"");
    double room = Math.min(to, LEFT + ROOM) - visible - 6;
    sheet.text(visible + 5, middle + 4, "", Sheet.fitting(bar.caption(), room, Sheet.LETTERS));
    if (bar.place() > 0 && from >= LEFT - 8) {
      number(sheet, from, middle - BAR / 2 - 1, Integer.toString(bar.place()));
    }
    sheet.shape("</g>");
  }

  private void arrow(Arrow arrow) {
    boolean arrived = arrow.fate().isEmpty();
    double toY = arrived ? nodeY(arrow.to()) : (nodeY(arrow.from()) + nodeY(arrow.to())) / 2;
    double toX = Math.max(x(arrow.arrived()), x(arrow.sent()) + (arrived ? 0 : 6));
    String text = arrow.text() + (arrived ? "" : ": " + arrow.fate());
    boolean isTold = !arrived || picture.arrows().size() <= MOST_TOLD;
    sheet.shape(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" %s>%s</line>",
        x(arrow.sent()),
        nodeY(arrow.from()),
        toX,
        toY,
        arrived ? MESSAGE : LOST,
        arrived ? "marker-end=\"url(#" + id + "-head)\"" : "stroke-dasharray=\"3 3\"",
        isTold ? "<title>" + Sheet.escape(text) + "</title>" : "");
  }

  private void band(Band band) {
    double from = x(band.from());
    double to = Math.max(from + 3, x(band.to()));
    boolean isAll = band.node() == Picture.EVERYWHERE;
    double middle = isAll ? linksTop() + LINKS / 2 : nodeY(band.node());
    double[] within = within(band.kind());
    sheet.shape("<g><title>%s</title>", Sheet.escape(band.text()));
    sheet.shape(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        from, middle + within[0], to - from, within[1] - within[0], colour(band.kind()));
    double visible = Math.max(from, LEFT - 8);
    double room = Math.min(to, LEFT + ROOM) - visible - 6;
    String label = band.kind().equals("link") ? "" : band.label();
    sheet.text(
        visible + 3,
        middle + within[1] - 3,
        "font-size=\"10.5\" fill=\"#6b3a12\"",
        Sheet.fitting(label, room, SMALL));
    sheet.shape("</g>");
  }

  /** From where to where on the lane a band goes: those that may come together are apart. */
  private static double[] within(String kind) {
    return switch (kind) {
      case "down", "paused" -> new double[] {-19, -5};
      case "cut" -> new double[] {5, 18};
      case "clock" -> new double[] {-5, 5};
      case "link" -> new double[] {18, 21};
      default -> new double[] {-8, 8};
    };
  }

  /** A view's label stands in the first of two lines that has room for it, or is cut short. */
  private void marks() {
    double[] free = {LEFT - 8, LEFT - 8};
    List<Mark> shown = new ArrayList<>(picture.marks());
    shown.removeIf(mark -> !isHere(mark.time(), mark.time()));
    for (int i = 0; i < shown.size(); i++) {
      Mark mark = shown.get(i);
      double here = x(mark.time());
      if (mark.node() != Picture.EVERYWHERE) {
        diamond(sheet, here, nodeY(mark.node()), mark.text());
        continue;
      }
      sheet.shape(
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
              + " stroke-dasharray=\"2 3\"><title>%s</title></line>",
          here, viewsTop(), here, linksTop(), VIEW, Sheet.escape(mark.text()));
      int line = free[0] <= here ? 0 : 1;
      double width = Sheet.width(mark.label(), SMALL);
      boolean isAtTheEnd = here + 3 + width > LEFT + ROOM;
      double start = isAtTheEnd ? Math.max(LEFT, here - 3 - width) : here + 3;
      if (free[line] <= start) {
        sheet.text(
            start,
            viewsTop() + line * VIEWS + 12,
            "font-size=\"10.5\" fill=\"" + VIEW + "\"",
            Sheet.fitting(mark.label(), LEFT + ROOM - start, SMALL));
        free[line] = start + width + 12;
      }
    }
  }

  static void diamond(Sheet sheet, double x, double y, String text) {
    sheet.shape(
        "<path d=\"M %.1f %.1f l 5 5 l -5 5 l -5 -5 z\" fill=\"%s\">%s</path>",
        x, y - 5, VIEW, text.isEmpty() ? "" : "<title>" + Sheet.escape(text) + "</title>");
  }

  static void number(Sheet sheet, double x, double y, String number) {
    sheet.shape("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6.5\" fill=\"#1c2126\"/>", x, y);
    sheet.text(x, y + 3, "font-size=\"9\" text-anchor=\"middle\" fill=\"#ffffff\"", number);
  }

  static String colour(String name) {
    return switch (name) {
      case "read" -> "#00805d";
      case "write" -> "#0068a5";
      case "delete" -> "#9a5314";
      case "cas" -> "#71459b";
      case "down" -> "#f0b48f";
      case "paused" -> "#f3e0a0";
      case "cut" -> "#ecc9dd";
      case "clock" -> "#cfe3f5";
      case "link", "links" -> "#f6d5bf";
      default -> throw new IllegalArgumentException("there is no colour for " + name);
    };
  }

  static String light(String kind) {
    return switch (kind) {
      case "read" -> "#d3ebe4";
      case "delete" -> "#f0e2d5";
      case "cas" -> "#e7def0";
      default -> "#d3e5f1";
    };
  }
}
