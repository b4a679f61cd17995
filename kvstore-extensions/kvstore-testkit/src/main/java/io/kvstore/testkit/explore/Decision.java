package io.kvstore.testkit.explore;

import io.kvstore.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One choice of a run: what happens next. */
sealed interface Decision {
  /** A message arrives: of those that are under way on a link, the one at this place. */
  record Deliver(NodeId from, NodeId to, int place) implements Decision {
    @Override
    public String toString() {
      return "deliver " + link(from, to, place);
    }
  }

  /** A message is lost. */
  record Lose(NodeId from, NodeId to, int place) implements Decision {
    @Override
    public String toString() {
      return "lose " + link(from, to, place);
    }
  }

  /** A message arrives, and is still under way, behind the others of its link. */
  record Repeat(NodeId from, NodeId to, int place) implements Decision {
    @Override
    public String toString() {
      return "repeat " + link(from, to, place);
    }
  }

  /** A client starts its next operation. */
  record Start(int client) implements Decision {
    @Override
    public String toString() {
      return "start c" + client;
    }
  }

  /** A node crashes. */
  record Crash(NodeId node) implements Decision {
    @Override
    public String toString() {
      return "crash " + node;
    }
  }

  /** A node that was crashed starts again. */
  record Restart(NodeId node) implements Decision {
    @Override
    public String toString() {
      return "restart " + node;
    }
  }

  /** Time goes on until something comes of it. */
  record TimeGoesOn() implements Decision {
    @Override
    public String toString() {
      return "time";
    }
  }

  private static String link(NodeId from, NodeId to, int place) {
    return from + ">" + to + (place == 0 ? "" : "#" + (place + 1));
  }

  /** Several of them, as {@link #parse} reads them. */
  static String text(List<Decision> decisions) {
    return decisions.stream().map(String::valueOf).collect(Collectors.joining("; "));
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static List<Decision> parse(String text) {
    List<Decision> decisions = new ArrayList<>();
    for (String each : text.split(";", -1)) {
      if (!each.isBlank()) {
        decisions.add(one(each.strip()));
      }
    }
    return decisions;
  }

  private static Decision one(String text) {
    Matcher message = Message.PATTERN.matcher(text);
    if (message.matches()) {
      NodeId from = node(message.group(2));
      NodeId to = node(message.group(3));
      int place = message.group(4) == null ? 0 : number(message.group(4)) - 1;
      return switch (message.group(1)) {
        case "deliver" -> new Deliver(from, to, place);
        case "lose" -> new Lose(from, to, place);
        default -> new Repeat(from, to, place);
      };
    }
    if (text.matches("start c\\d{1,3}")) {
      return new Start(number(text.substring("start c".length())));
    }
    if (text.matches("(crash|restart) n\\d{1,3}")) {
      NodeId node = node(text.substring(text.indexOf(' ') + 1));
      return text.startsWith("crash") ? new Crash(node) : new Restart(node);
    }
    if (text.equals("time")) {
      return new TimeGoesOn();
    }
    throw new IllegalArgumentException(
        "expected deliver, lose or repeat nFROM>nTO, start cCLIENT, crash or restart nNODE, or"
            + " time, found "
            + text);
  }

  private static NodeId node(String name) {
    return name.equals(NodeId.COORDINATOR.toString())
        ? NodeId.COORDINATOR
        : NodeId.of(number(name.substring(1)));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  /** How a decision about a message is written. */
  final class Message {
    private static final String NODE = "(n\\d{1,3}|" + NodeId.COORDINATOR + ")";
    private static final Pattern PATTERN =
        Pattern.compile("(deliver|lose|repeat) " + NODE + ">" + NODE + "(?:#(\\d{1,3}))?");

    private Message() {}
  }
}
