package io.kvstore.testkit.history;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one flat JSON object: texts, whole numbers, booleans and null. What is nested, and
 * numbers that are not whole, are kept as the text that they are.
 */
final class Json {
  private final String text;
  private final Function<String, HistoryFormatException> expected;
  private int at;

  /** Complains by the function, which knows the line. */
  Json(String text, Function<String, HistoryFormatException> expected) {
    this.text = text;
    this.expected = expected;
  }

  Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    require('{');
    if (!is('}')) {
      do {
        skip();
        String name = string();
        require(':');
        members.put(name, value());
      } while (is(','));
      require('}');
    }
    skip();
    if (at < text.length()) {
      throw expected.apply("the end of the line, found '" + text.charAt(at) + "'");
    }
    return members;
  }

  private @Nullable Object value() {
    skip();
    char first = at < text.length() ? text.charAt(at) : '\0';
    if (first == '"') {
      return string();
    }
    int start = at;
    if (first == '{' || first == '[') {
      passNested();
      return new Values.Symbol(text.substring(start, at));
    }
    while (at < text.length() && ",}] \t\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> number(word);
    };
  }

  private void passNested() {
    int depth = 0;
    do {
      skip();
      char c = at < text.length() ? text.charAt(at) : '\0';
      if (c == '"') {
        string();
        continue;
      }
      if (c == '\0') {
        throw expected.apply("']' or '}' before the end of the line");
      }
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      at++;
    } while (depth > 0);
  }

  private Object number(String word) {
    try {
      return Long.valueOf(word);
    } catch (NumberFormatException e) {
      try {
        return new Values.Symbol(Double.toString(Double.parseDouble(word)));
      } catch (NumberFormatException alsoNot) {
        throw expected.apply("a JSON value, found '" + word + "'");
      }
    }
  }

  private String string() {
    if (at == text.length() || text.charAt(at) != '"') {
      throw expected.apply("a text in double quotes");
    }
    StringBuilder characters = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      characters.append(c == '\\' ? escaped() : c);
    }
    require('"');
    return characters.toString();
  }

  private char escaped() {
    char c = ++at < text.length() ? text.charAt(at) : '\0';
    int plain = "nrtbf\"\\/".indexOf(c);
    if (plain >= 0) {
      return "\n\r\t\b\f\"\\/".charAt(plain);
    }
    try {
      int code = Integer.parseInt(text, at + 1, at + 5, 16);
      at += 4;
      return (char) code;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw expected.apply("a JSON escape, found '\\" + c + "'");
    }
  }

  private boolean is(char sought) {
    skip();
    if (at == text.length() || text.charAt(at) != sought) {
      return false;
    }
    at++;
    return true;
  }

  private void require(char needed) {
    if (!is(needed)) {
      String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end of the line";
      throw expected.apply("'" + needed + "', found " + found);
    }
  }

  private void skip() {
    while (at < text.length() && " \t\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
