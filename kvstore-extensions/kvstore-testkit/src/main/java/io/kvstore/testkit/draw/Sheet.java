package io.kvstore.testkit.draw;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An SVG that is written from top to bottom: lines of text, shapes, and how long texts are. */
final class Sheet {
  /** The usual size of letters. */
  static final double LETTERS = 12;

  private static final double ROOM_OF_A_LETTER = 0.56; // of the size, on the average, and some more

  private final StringBuilder svg = new StringBuilder();

  void shape(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  void text(double x, double y, String attributes, String text) {
    if (!text.isEmpty()) {
      shape("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>", x, y, attributes, escape(text));
    }
  }

  /** About how long a text is. */
  static double width(String text, double size) {
    return text.length() * size * ROOM_OF_A_LETTER;
  }

  /** As much of a text as there is room for; nothing if that is next to nothing. */
  static String fitting(String text, double room, double size) {
    if (width(text, size) <= room) {
      return text;
    }
    int letters = (int) (room / (size * ROOM_OF_A_LETTER)) - 1;
    return letters < 2 ? "" : text.substring(0, Math.min(letters, text.length())).strip() + "…";
  }

  /** A text in lines that are no longer than this; a word that is longer is broken. */
  static List<String> lines(String text, double room, double size) {
    int letters = Math.max(8, (int) (room / (size * ROOM_OF_A_LETTER)));
    List<String> lines = new ArrayList<>();
    String left = text;
    while (left.length() > letters) {
      int space = left.lastIndexOf(' ', letters);
      int end = space <= 0 ? letters : space;
      lines.add(left.substring(0, end));
      left = left.substring(end).strip();
    }
    if (!left.isEmpty()) {
      lines.add(left);
    }
    return lines;
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        default -> escaped.append(isPrinted(c) ? c : '\ufffd');
      }
    }
    // Half of a surrogate pair cannot be written to a file.
    return new String(escaped.toString().getBytes(UTF_8), UTF_8);
  }

  private static boolean isPrinted(char c) {
    return (c >= ' ' && c != '\ufffe' && c != '\uffff') || c == '\n';
  }

  String finished(double width, double height) {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\""
                + " height=\"%.0f\" font-family=\"system-ui, sans-serif\" font-size=\"12\""
                + " fill=\"#1c2126\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
            width,
            height,
            width,
            height)
        + svg
        + "</svg>\n";
  }
}
