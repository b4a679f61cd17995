package io.kvstore.server.client;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;

/**
 * Where a command writes.
 *
 * @param out its output
 * @param isTerminal whether a person reads it
 * @param hasColours whether it may be coloured
 * @param width how many characters a line has
 */
record Screen(PrintWriter out, boolean isTerminal, boolean hasColours, int width) {
  private static final int DEFAULT_WIDTH = 100;
  private static final int LEAST_WIDTH = 20;

  /** What stands out, and by which colour: each of them also says in words what it means. */
  enum Style {
    HEADING("1"),
    WELL("32"),
    CHANGING("33"),
    ILL("31"),
    FAINT("2");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /** The output of this process. */
  static Screen ofProcess(PrintWriter out, Map<String, String> environment) {
    boolean isTerminal = isTerminal(SystemStream.Output, environment);
    return new Screen(
        out,
        isTerminal,
        isTerminal && mayHaveColours(environment),
        isTerminal ? widthIn(environment) : DEFAULT_WIDTH);
  }

  /** Whether a stream of this process is a terminal that can do more than lines. */
  static boolean isTerminal(SystemStream stream, Map<String, String> environment) {
    String type = environment.getOrDefault("TERM", "dumb");
    return !type.equals("dumb") && new ExecTerminalProvider().isSystemStream(stream);
  }

  /** Whether nobody has asked for there to be none. */
  static boolean mayHaveColours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** Shells seldom tell the processes that they start how wide their terminal is. */
  private static int widthIn(Map<String, String> environment) {
    try {
      String told = environment.getOrDefault("COLUMNS", "");
      return Math.max(LEAST_WIDTH, Integer.parseInt(told.isEmpty() ? widthByStty() : told));
    } catch (NumberFormatException unknown) {
      return DEFAULT_WIDTH;
    }
  }

  /** The second number of {@code stty size}; nothing where there is no such program. */
  private static String widthByStty() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return said.strip().replaceFirst(".* ", "");
    } catch (IOException notThere) {
      return "";
    }
  }

  Screen withoutColours() {
    return new Screen(out, isTerminal, false, width);
  }

  void line(String text) {
    out.println(text);
  }

  String paint(Style style, String text) {
    return hasColours && !text.isEmpty() ? "\033[" + style.code + "m" + text + "\033[0m" : text;
  }

  /** The style of a node's status, and of a store's health. */
  static Style styleOf(String condition) {
    return switch (condition) {
      case "serving", "whole" -> Style.WELL;
      case "joining", "degraded" -> Style.CHANGING;
      default -> Style.ILL;
    };
  }

  /**
   * A text of a client, as it may stand on a terminal: what would move the cursor or change colours
   * is shown instead.
   */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point == '\n') {
                shown.append("\\n");
              } else if (point == '\t') {
                shown.append("\\t");
              } else if (point == '\\') {
                shown.append("\\\\");
              } else if (Character.isISOControl(point)
                  || Character.getType(point) == Character.FORMAT) {
                shown.append(String.format("\\u{%x}", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }
}
