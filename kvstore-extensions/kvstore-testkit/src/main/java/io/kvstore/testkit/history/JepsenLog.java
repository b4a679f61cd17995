package io.kvstore.testkit.history;

import io.kvstore.testkit.history.Values.Symbol;

/**
 * Reads the log lines of Jepsen that tell of a register: {@code INFO jepsen.util - 0 :invoke :write
 * 3}, with tabs or spaces between. All other lines are passed over.
 *
 * <p>A compare-and-set that failed is an observation here: the register had another value.
 */
final class JepsenLog extends Events {
  private static final String LOGGER = "jepsen.util";
  private static final int LONGEST_PROCESS = 9;

  private final String file;
  private final String text;
  private int at;
  private int lineEnd;

  JepsenLog(String file, String text) {
    this.file = file;
    this.text = text;
  }

  History read() {
    for (at = text.indexOf(LOGGER); at >= 0; at = text.indexOf(LOGGER, lineEnd)) {
      lineEnd = at;
      while (lineEnd < text.length() && text.charAt(lineEnd) != '\n') {
        lineEnd++;
      }
      at += LOGGER.length();
      if (nextIs('-')) {
        at++;
        readEvent();
      }
    }
    return history();
  }

  private void readEvent() {
    int process = process();
    String type = word();
    String function = word();
    Kind kind =
        switch (function) {
          case ":read" -> Kind.READ;
          case ":write" -> Kind.WRITE;
          case ":cas" -> Kind.CAS;
          default -> null;
        };
    if (process < 0 || kind == null) {
      return;
    }
    switch (type) {
      case ":invoke" -> invoke(process, kind);
      case ":ok" -> {
        int operation = end(process, kind);
        ok(operation, kind == Kind.READ ? value() : kind == Kind.CAS ? Values.TRUE : Values.NONE);
      }
      case ":fail" -> {
        int operation = end(process, kind);
        if (kind == Kind.CAS && nextIs('[')) {
          ok(operation, Values.FALSE);
        } else {
          fail(operation);
        }
      }
      case ":info" -> unknown(process, kind);
      default -> {}
    }
  }

  private void invoke(int process, Kind kind) {
    switch (kind) {
      case WRITE -> invoke(process, kind, Values.NIL, value(), Values.NONE);
      case CAS -> {
        if (!nextIs('[')) {
          throw expected("[from to]");
        }
        at++;
        int from = value();
        int to = value();
        invoke(process, kind, Values.NIL, to, from);
      }
      default -> invoke(process, kind, Values.NIL, Values.NONE, Values.NONE);
    }
  }

  /** The process's number; -1 where a line of the log is of something else. */
  private int process() {
    int start = start();
    int number = 0;
    while (at < lineEnd && at - start < LONGEST_PROCESS && isDigit(text.charAt(at))) {
      number = number * 10 + text.charAt(at++) - '0';
    }
    boolean isNumber = at > start && at < lineEnd && isBlank(text.charAt(at));
    return isNumber && nextIs(':') ? number : -1;
  }

  private int value() {
    int start = start();
    String word = word();
    if (word.equals("nil")) {
      return Values.NIL;
    }
    try {
      return number(Long.valueOf(word));
    } catch (NumberFormatException e) {
      if (start == at) {
        throw expected("a value");
      }
      return number(new Symbol(word));
    }
  }

  private boolean nextIs(char sought) {
    int next = start();
    return next < lineEnd && text.charAt(next) == sought;
  }

  private String word() {
    int start = start();
    while (at < lineEnd && !isBlank(text.charAt(at)) && text.charAt(at) != ']') {
      at++;
    }
    return text.substring(start, at);
  }

  /** Passes over blanks: where the next word starts. */
  private int start() {
    while (at < lineEnd && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == ',';
  }

  @Override
  HistoryFormatException expected(String what) {
    int line = 1;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
    return new HistoryFormatException(file, line, "expected " + what);
  }
}
