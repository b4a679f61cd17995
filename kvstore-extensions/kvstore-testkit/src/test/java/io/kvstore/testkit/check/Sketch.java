package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A history as it would be drawn on a board: a line for each session, operations in columns.
 *
 * <pre>
 *   x=1    y?0          writes x, reads 0 from y
 *   x=1!   x!  x?nil    a write and a delete of unknown outcome; nothing was found
 *   x-     x1&gt;2         deletes x; compares x with 1 and sets 2
 *   x=2(1) x-(2)        a write and a delete that tell what they replaced
 *   x=1@7  x?1@7        with versions
 *   .                   nothing in this column
 * </pre>
 *
 * Operations of a column are concurrent, and before those of the next one.
 */
final class Sketch {
  private final History.Builder history = History.builder();
  private final Values values = history.values();

  private Sketch() {}

  static History of(String... lines) {
    return new Sketch().draw(lines);
  }

  private History draw(String... lines) {
    List<List<String>> sessions = new ArrayList<>();
    int columns = 0;
    for (String line : lines) {
      sessions.add(List.of(line.trim().split(" +")));
      columns = Math.max(columns, sessions.get(sessions.size() - 1).size());
    }
    for (int column = 0; column < columns; column++) {
      for (int session = 0; session < lines.length; session++) {
        if (column < sessions.get(session).size()) {
          draw(session, sessions.get(session).get(column), column);
        }
      }
    }
    return history.build();
  }

  private void draw(int session, String text, int column) {
    if (text.equals(".")) {
      return;
    }
    int key = values.of(text.substring(0, 1));
    String rest = text.substring(1);
    boolean isUnknown = rest.endsWith("!");
    rest = isUnknown ? rest.substring(0, rest.length() - 1) : rest;
    int at = rest.indexOf('@');
    long version = at < 0 ? Values.NONE : Long.parseLong(rest.substring(at + 1));
    rest = at < 0 ? rest : rest.substring(0, at);
    int open = rest.indexOf('(');
    int replaced = open < 0 ? Values.NONE : value(rest.substring(open + 1, rest.length() - 1));
    rest = open < 0 ? rest : rest.substring(0, open);
    int result = replaced;
    int row;
    if (rest.startsWith("=")) {
      row = invoke(session, Kind.WRITE, key, value(rest.substring(1)), Values.NONE, column);
    } else if (rest.startsWith("?")) {
      row = invoke(session, Kind.READ, key, Values.NONE, Values.NONE, column);
      result = value(rest.substring(1));
    } else if (rest.isEmpty() || rest.equals("-")) {
      row = invoke(session, Kind.DELETE, key, Values.NONE, Values.NONE, column);
    } else {
      List<String> both = Arrays.asList(rest.split(">"));
      row = invoke(session, Kind.CAS, key, value(both.get(1)), value(both.get(0)), column);
      result = Values.TRUE;
    }
    if (!isUnknown) {
      history.ok(row, result, 2L * column + 1);
    }
    if (version != Values.NONE) {
      history.version(row, version);
    }
  }

  private int invoke(int session, Kind kind, int key, int argument, int expected, int column) {
    return history.invoke(session, kind, key, argument, expected, 2L * column);
  }

  private int value(String text) {
    return text.equals("nil") ? Values.NIL : values.of(Long.parseLong(text));
  }

  /** The history as {@link #of} reads it, for messages. */
  static String draw(History history) {
    List<String> lines = new ArrayList<>();
    List<Integer> processes = new ArrayList<>();
    for (int row = 0; row < history.size(); row++) {
      int line = processes.indexOf(history.process(row));
      if (line < 0) {
        line = processes.size();
        processes.add(history.process(row));
        lines.add("");
      }
      lines.set(line, lines.get(line) + " " + draw(history, row));
    }
    return String.join("\n", lines);
  }

  private static String draw(History history, int row) {
    Values values = history.values();
    String key = values.show(history.key(row)).replace("\"", "");
    String result = values.show(history.result(row));
    String text =
        switch (history.kind(row)) {
          case READ -> key + "?" + result;
          case WRITE -> key + "=" + values.show(history.argument(row));
          case DELETE -> key + "-";
          default ->
              key + values.show(history.expected(row)) + ">" + values.show(history.argument(row));
        };
    boolean tells = history.kind(row) == Kind.WRITE || history.kind(row) == Kind.DELETE;
    text += tells && history.result(row) != Values.NONE ? "(" + result + ")" : "";
    text += history.version(row) != Values.NONE ? "@" + history.version(row) : "";
    return switch (history.outcome(row)) {
      case OK -> text;
      case UNKNOWN -> (text.endsWith("-") ? key : text) + "!";
      case FAIL -> text + " failed";
    };
  }

  /** Nothing but the order of the sessions' lines is different. */
  static String[] reversed(String... lines) {
    List<String> turned = new ArrayList<>(List.of(lines));
    Collections.reverse(turned);
    return turned.toArray(new String[0]);
  }
}
