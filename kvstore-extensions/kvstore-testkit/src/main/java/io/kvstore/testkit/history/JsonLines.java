package io.kvstore.testkit.history;

import java.io.IOException;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads and writes histories as JSON lines, an operation a line, in the order of invocations. */
final class JsonLines {
  private final String file;
  private final String text;
  private final History.Builder history = History.builder();
  private int line;

  JsonLines(String file, String text) {
    this.file = file;
    this.text = text;
  }

  History read() {
    int start = 0;
    while (start < text.length()) {
      line++;
      int end = text.indexOf('\n', start);
      String operation = text.substring(start, end < 0 ? text.length() : end);
      if (!operation.isBlank()) {
        read(new Json(operation, this::expected).object());
      }
      start = end < 0 ? text.length() : end + 1;
    }
    return history.build();
  }

  private void read(Map<String, @Nullable Object> members) {
    Values values = history.values();
    Object name = members.get("f");
    Kind kind =
        Kind.named(name instanceof String text ? text : "")
            .orElseThrow(
                () ->
                    expected(
                        "\"f\" to be one of get put append delete cas add read write, found "
                            + name));
    int argument = members.containsKey("value") ? values.of(members.get("value")) : Values.NONE;
    int compared = kind == Kind.CAS ? values.of(members.get("expected")) : Values.NONE;
    if (argument == Values.NONE && kind != Kind.READ && kind != Kind.DELETE) {
      throw expected("a \"value\" to " + kind);
    }
    int operation =
        history.invoke(
            (int) time(members, "process"),
            kind,
            values.of(members.get("key")),
            argument,
            compared,
            time(members, "invoked"));
    end(operation, members);
    number(members, "node", value -> history.node(operation, (int) value));
    number(members, "version", value -> history.version(operation, value));
    number(members, "replaced", value -> history.replaced(operation, value));
    number(members, "position", value -> history.position(operation, value));
    number(members, "follows", value -> history.follows(operation, earlier("follows", value)));
    number(members, "with", value -> together(earlier("with", value), operation));
  }

  private void number(Map<String, @Nullable Object> members, String name, LongConsumer then) {
    if (members.containsKey(name)) {
      then.accept(time(members, name));
    }
  }

  private void together(int first, int operation) {
    if (history.groupOf(operation - 1) != first || !history.isAtOnce(first, operation)) {
      throw expected(
          "\"with\" to be the first of the lines just before that have the same process and times,"
              + " found "
              + first);
    }
    history.together(first);
  }

  private int earlier(String name, long line) {
    if (line < 0 || line >= history.size() - 1) {
      throw expected("\"" + name + "\" to be the number of an operation before, found " + line);
    }
    return (int) line;
  }

  private void end(int operation, Map<String, @Nullable Object> members) {
    Object outcome =
        members.getOrDefault("outcome", members.containsKey("returned") ? "ok" : "unknown");
    if ("unknown".equals(outcome)) {
      return;
    }
    long returned = time(members, "returned");
    if (returned < time(members, "invoked")) {
      throw expected("\"returned\" not to be before \"invoked\", found " + returned);
    }
    if ("ok".equals(outcome)) {
      boolean answered = members.containsKey("result");
      int result = answered ? history.values().of(members.get("result")) : Values.NONE;
      history.ok(operation, result, returned);
    } else if ("fail".equals(outcome)) {
      history.fail(operation, returned);
    } else {
      throw expected("\"outcome\" to be one of ok fail unknown, found " + outcome);
    }
  }

  private long time(Map<String, @Nullable Object> members, String name) {
    if (members.get(name) instanceof Long number) {
      return number;
    }
    throw expected("\"" + name + "\" to be a whole number, found " + members.get(name));
  }

  private HistoryFormatException expected(String what) {
    return new HistoryFormatException(file, line, "expected " + what);
  }

  static void write(History history, Appendable out) throws IOException {
    Values values = history.values();
    for (int i = 0; i < history.size(); i++) {
      out.append("{\"process\":").append(Integer.toString(history.process(i)));
      out.append(",\"f\":\"").append(history.kind(i).toString()).append('"');
      member(out, "key", values, history.key(i) == Values.NIL ? Values.NONE : history.key(i));
      member(out, "value", values, history.argument(i));
      member(out, "expected", values, history.expected(i));
      member(out, "result", values, history.result(i));
      out.append(",\"invoked\":").append(Long.toString(history.invoked(i)));
      if (history.outcome(i) != Outcome.UNKNOWN) {
        out.append(",\"returned\":").append(Long.toString(history.returned(i)));
      }
      out.append(",\"outcome\":\"").append(history.outcome(i).toString()).append('"');
      number(out, "node", history.node(i));
      number(out, "version", history.version(i));
      number(out, "replaced", history.replaced(i));
      number(out, "position", history.position(i));
      number(out, "follows", history.follows(i));
      number(out, "with", history.group(i) == i ? Values.NONE : history.group(i));
      out.append("}\n");
    }
  }

  private static void number(Appendable out, String name, long value) throws IOException {
    if (value != Values.NONE) {
      out.append(",\"").append(name).append("\":").append(Long.toString(value));
    }
  }

  private static void member(Appendable out, String name, Values values, int value)
      throws IOException {
    if (value == Values.NONE) {
      return;
    }
    out.append(",\"").append(name).append("\":");
    Object content = values.get(value);
    if (content instanceof String || content instanceof Values.Symbol) {
      string(out, content.toString());
    } else {
      out.append(String.valueOf(content));
    }
  }

  private static void string(Appendable out, String text) throws IOException {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) { // half of a pair cannot be encoded
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
