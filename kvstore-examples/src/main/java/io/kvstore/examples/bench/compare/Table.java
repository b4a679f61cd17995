package io.kvstore.examples.bench.compare;

import java.util.ArrayList;
import java.util.List;

/** A titled table, for the terminal and for a page. */
public final class Table {
  private final String title;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with nothing but the names of its columns. */
  public Table(String title, String... columns) {
    this.title = title;
    rows.add(List.of(columns));
  }

  /** Adds a row. */
  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** Adds a row. */
  public void row(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The table in columns of characters; the first is flush left, the others right. */
  public String text() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder("\n").append(title).append("\n");
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int i = 0; i < row.size(); i++) {
        String gap = " ".repeat(widths[i] - row.get(i).length());
        line.append(' ').append(i == 0 ? row.get(i) + gap : gap + row.get(i)).append(' ');
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  String html() {
    StringBuilder html = new StringBuilder("<h2>").append(Page.escape(title)).append("</h2>\n");
    html.append("<div class=\"wide\"><table>\n");
    for (int row = 0; row < rows.size(); row++) {
      String tag = row == 0 ? "th" : "td";
      html.append("<tr>");
      for (String cell : rows.get(row)) {
        html.append('<').append(tag).append('>').append(Page.escape(cell));
        html.append("</").append(tag).append('>');
      }
      html.append("</tr>\n");
    }
    return html.append("</table></div>\n").toString();
  }
}
