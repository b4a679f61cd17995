package io.kvstore.testkit.history;

/**
 * Reads the log lines of Jepsen that tell of a register: {@code INFO jepsen.util - 0 :invoke :write
 * 3}, with tabs or spaces between.
 *
 * <p>A compare-and-set that failed is an observation here: the register had another value.
 */
final class JepsenLog {
  private static final String LOGGER = "jepsen.util";

  private final String file;
  private final String text;
  private final Events events = new Events(this::expected);
  private int at;
  private int lineEnd;
  private int line;

  JepsenLog(String file, String text) {
    this.file = file;
    this.text = text;
  }

  History read() {
    for (int start = 0; start < text.length(); start = lineEnd + 1) {
      line++;
      lineEnd = text.indexOf('\n', start);
      if (lineEnd < 0) {
        lineEnd = text.length();
      }
      at = start;
      if (is("INFO") && is(LOGGER) && is("-")) {
        readEvent();
      }
    }
    return events.history();
  }

  private void readEvent() {
    int process = process();
    if (process < 0) {
      return;
    }
    String type = word();
    String function = word();
    Kind kind =
        switch (function) {
          case ":read" -> Kind.READ;
          case ":write" -> Kind.WRITE;
          case ":cas" -> Kind.CAS;
          default -> throw expected("one of :read :write :cas, found '" + function + "'");
        };
    switch (type) {
      case ":invoke" -> invoke(process, kind);
      case ":ok" -> {
        int operation = events.end(process, kind);
        events.ok(operation, kind == Kind.READ ? value() : kind == Kind.CAS ? Values.TRUE : -1);
      }
      case ":fail" -> {
        int operation = events.end(process, kind);
        if (kind == Kind.CAS && nextIs('[')) {
          events.ok(operation, Values.FALSE);
        } else {
          events.fail(operation);
        }
      }
      case ":info" -> events.end(process, kind);
      default -> throw expected("one of :invoke :ok :fail :info, found '" + type + "'");
    }
  }

  private void invoke(int process, Kind kind) {
    switch (kind) {
      case WRITE -> events.invoke(process, kind, Values.NIL, value(), Values.NONE);
      case CAS -> {
        if (!nextIs('[')) {
          throw expected("[from to]");
        }
        at++;
        int from = value();
        int to = value();
        events.invoke(process, kind, Values.NIL, to, from);
      }
      default -> events.invoke(process, kind, Values.NIL, Values.NONE, Values.NONE);
    }
  }

  /** The process's number; -1 where a line of the log is of something else. */
  private int process() {
    skip();
    int number = 0;
    int start = at;
    while (at < lineEnd && Character.isDigit(text.charAt(at)) && at - start < 9) {
      number = number * 10 + text.charAt(at++) - '0';
    }
    boolean isNumber = at > start && at < lineEnd && isBlank(text.charAt(at));
    return isNumber && nextIs(':') ? number : -1;
  }

  private int value() {
    String word = word();
    if (word.equals("nil")) {
      return Values.NIL;
    }
    try {
      return events.number(Long.parseLong(word));
    } catch (NumberFormatException e) {
      throw expected("nil or a number, found '" + word + "'");
    }
  }

  private boolean is(String sought) {
    skip();
    if (!text.startsWith(sought, at) || at + sought.length() > lineEnd) {
      return false;
    }
    at += sought.length();
    return at == lineEnd || isBlank(text.charAt(at));
  }

  private boolean nextIs(char sought) {
    skip();
    return at < lineEnd && text.charAt(at) == sought;
  }

  private String word() {
    skip();
    int start = at;
    while (at < lineEnd && !isBlank(text.charAt(at)) && text.charAt(at) != ']') {
      at++;
    }
    return text.substring(start, at);
  }

  private void skip() {
    while (at < lineEnd && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private HistoryFormatException expected(String what) {
    return new HistoryFormatException(file, line, "expected " + what);
  }
}
