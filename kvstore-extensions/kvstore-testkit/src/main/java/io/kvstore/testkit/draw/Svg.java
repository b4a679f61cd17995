package io.kvstore.testkit.draw;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.draw.Picture.Arrow;
import io.kvstore.testkit.draw.Picture.Bar;
import io.kvstore.testkit.draw.Picture.Span;
import io.kvstore.testkit.history.Disturbance.Kind;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A picture as an SVG, for a document that shows a few operations. */
final class Svg {
  private static final int LEFT = 74;
  private static final int RIGHT = 96;
  private static final int TOP = 64;
  private static final int LANE = 34;
  private static final int BAR = 22;
  private static final int NODE_LANE = 46;
  private static final int LEAST_WIDTH = 560;
  private static final double ROOM_OF_A_GAP = 44;
  private static final double ROOM_OF_A_LETTER = 6.4;

  private final Picture picture;
  private final String title;
  private final Map<String, Verdict> levels;
  private final double scale;
  private final StringBuilder svg = new StringBuilder();

  Svg(Picture picture, String title, Map<String, Verdict> levels) {
    this.picture = picture;
    this.title = title;
    this.levels = levels;
    double wanted = Math.max(LEAST_WIDTH, picture.axis().length() * ROOM_OF_A_GAP);
    scale = wanted / picture.axis().length();
  }

  String text() {
    double width = LEFT + picture.axis().length() * scale + RIGHT;
    double height = nodesTop() + picture.nodes().size() * NODE_LANE + 16;
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"system-ui,"
            + " sans-serif\" font-size=\"12\">",
        width, height);
    line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    line("<text x=\"12\" y=\"24\" font-size=\"15\" font-weight=\"600\">%s</text>", escape(title));
    badges();
    picture.spans().forEach(this::span);
    lanes(width);
    picture.arrows().forEach(this::arrow);
    picture.bars().forEach(this::bar);
    svg.append("</svg>\n");
    return svg.toString();
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private double x(long time) {
    return LEFT + picture.axis().place(time) * scale;
  }

  private double clientY(int client) {
    return TOP + client * LANE + LANE / 2.0;
  }

  private double nodesTop() {
    return TOP + picture.clients().size() * LANE + 12;
  }

  private double nodeY(int node) {
    return nodesTop() + picture.nodes().indexOf(node) * NODE_LANE + NODE_LANE / 2.0;
  }

  private void badges() {
    double x = 12;
    for (Map.Entry<String, Verdict> level : levels.entrySet()) {
      boolean holds = level.getValue().holds();
      boolean broken = level.getValue() instanceof Verdict.Broken;
      String text = (holds ? "✓ " : broken ? "✗ " : "? ") + level.getKey();
      double width = text.length() * ROOM_OF_A_LETTER + 16;
      line(
          "<rect x=\"%.1f\" y=\"34\" width=\"%.1f\" height=\"20\" rx=\"10\" fill=\"%s\"/>",
          x, width, holds ? "#d9efe6" : broken ? "#f9ddd0" : "#e8e8e8");
      line("<text x=\"%.1f\" y=\"48\">%s</text>", x + 8, escape(text));
      x += width + 8;
    }
  }

  private void lanes(double width) {
    for (int i = 0; i < picture.clients().size(); i++) {
      lane(clientY(i), width, "client " + picture.clients().get(i), "#e4e4e4");
    }
    for (int node : picture.nodes()) {
      lane(nodeY(node), width, "n" + node, "#9a9a9a");
    }
  }

  private void lane(double y, double width, String name, String colour) {
    line(
        "<line x1=\"%d\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        LEFT - 8, y, width - RIGHT, y, colour);
    line("<text x=\"12\" y=\"%.1f\" fill=\"#555555\">%s</text>", y + 4, name);
  }

  private void span(Span span) {
    double from = x(span.from());
    double to = x(span.to());
    List<Integer> nodes = span.nodes().isEmpty() ? picture.nodes() : span.nodes();
    if (span.kind() == Kind.CRASH) {
      for (int node : nodes) {
        line(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"#d55e00\""
                + " opacity=\"0.16\"><title>%s</title></rect>",
            from, nodeY(node) - 14, Math.max(2, to - from), 28, escape(span.text()));
      }
    } else if (span.kind() == Kind.CUT && nodes.size() == 2) {
      double one = nodeY(nodes.get(0));
      double other = nodeY(nodes.get(1));
      line(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#cc79a7\""
              + " opacity=\"0.14\"><title>%s</title></rect>",
          from,
          Math.min(one, other),
          Math.max(2, to - from),
          Math.abs(one - other),
          escape(span.text()));
    }
  }

  private void arrow(Arrow arrow) {
    boolean arrived = arrow.fate().isEmpty();
    line(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s><title>%s</title></line>",
        x(arrow.sent()),
        nodeY(arrow.from()),
        x(arrow.arrived()),
        arrived ? nodeY(arrow.to()) : (nodeY(arrow.from()) + nodeY(arrow.to())) / 2,
        arrived ? "#7a8794" : "#d55e00",
        arrived ? "" : " stroke-dasharray=\"3 3\"",
        escape(arrow.text() + (arrived ? "" : ": " + arrow.fate())));
  }

  private void bar(Bar bar) {
    double from = x(bar.from());
    boolean isOpen = bar.to() == History.NEVER;
    double width = Math.max(6, x(bar.to()) - from);
    double y = clientY(bar.client()) - BAR / 2.0;
    String colour = colour(bar);
    line(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"4\" fill=\"%s\" fill-opacity=\"%s\""
            + " stroke=\"%s\" stroke-width=\"%s\"%s><title>%s</title></rect>",
        from,
        y,
        width,
        BAR,
        colour,
        bar.outcome() == Outcome.OK ? "0.22" : "0.06",
        bar.isInConflict() ? "#d55e00" : colour,
        bar.isInConflict() ? "2.5" : "1",
        isOpen ? " stroke-dasharray=\"4 3\"" : "",
        escape(bar.text()));
    line("<text x=\"%.1f\" y=\"%.1f\">%s</text>", from + 4, y + 15, escape(caption(bar)));
    if (bar.place() > 0) {
      line(
          "<text x=\"%.1f\" y=\"%.1f\" font-size=\"9\" fill=\"#555555\">%d</text>",
          from, y - 2, bar.place());
    }
  }

  private static String colour(Bar bar) {
    return switch (bar.kind()) {
      case READ -> "#009e73";
      case DELETE -> "#b5651d";
      case CAS -> "#7b4fa3";
      default -> "#0072b2";
    };
  }

  private static String caption(Bar bar) {
    List<String> marks = new ArrayList<>();
    marks.add(bar.label());
    if (bar.outcome() != Outcome.OK) {
      marks.add("(" + bar.outcome() + ")");
    }
    return String.join(" ", marks);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        default -> escaped.append(c >= ' ' || c == '\n' ? c : '\ufffd');
      }
    }
    // Half of a surrogate pair cannot be written to a file.
    return new String(escaped.toString().getBytes(UTF_8), UTF_8);
  }
}
