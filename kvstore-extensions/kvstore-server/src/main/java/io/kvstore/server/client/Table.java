package io.kvstore.server.client;

import io.kvstore.server.client.Screen.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows under headings. The columns are as wide as what is in them; the last one is cut to fit. */
final class Table {
  private static final String GAP = "  ";

  /**
   * What stands in a row and column.
   *
   * @param style what it stands out by
   */
  record Cell(String text, Style style) {}

  private final List<String> headings;
  private final List<List<Cell>> rows = new ArrayList<>();

  Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row of texts, or of cells with a style. */
  Table row(Object... cells) {
    List<Cell> row = new ArrayList<>();
    for (Object each : cells) {
      row.add(each instanceof Cell cell ? cell : new Cell(String.valueOf(each), Style.HEADING));
    }
    rows.add(row);
    return this;
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream().allMatch(row -> row.get(column).text().matches("[-0-9][0-9.,]*[%]?|"));
  }

  void print(Screen screen) {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < headings.size(); column++) {
      int place = column;
      int width = rows.stream().mapToInt(row -> length(row.get(place).text())).max().orElse(0);
      widths.add(Math.max(length(headings.get(column)), width));
    }
    List<Boolean> areNumbers =
        IntStream.range(0, headings.size()).mapToObj(this::isNumeric).toList();
    List<Cell> head = headings.stream().map(text -> new Cell(text, Style.HEADING)).toList();
    screen.line(line(screen, head, widths, areNumbers, true));
    rows.forEach(row -> screen.line(line(screen, row, widths, areNumbers, false)));
  }

  private static String line(
      Screen screen,
      List<Cell> row,
      List<Integer> widths,
      List<Boolean> areNumbers,
      boolean isHead) {
    StringBuilder line = new StringBuilder();
    int at = 0;
    for (int column = 0; column < row.size(); column++) {
      boolean isLast = column == row.size() - 1;
      Cell cell = row.get(column);
      String text =
          isLast && screen.isTerminal() ? cut(cell.text(), screen.width() - at) : cell.text();
      String space = " ".repeat(Math.max(0, widths.get(column) - length(text)));
      boolean isPlain = cell.style() == Style.HEADING && !isHead;
      String painted = isPlain ? text : screen.paint(cell.style(), text);
      if (areNumbers.get(column)) {
        line.append(space).append(painted);
      } else {
        line.append(painted).append(isLast ? "" : space);
      }
      line.append(isLast ? "" : GAP);
      at += widths.get(column) + GAP.length();
    }
    return line.toString();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text, int width) {
    int most = Math.max(8, width);
    return length(text) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
