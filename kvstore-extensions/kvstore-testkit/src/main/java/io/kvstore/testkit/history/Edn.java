package io.kvstore.testkit.history;

import io.kvstore.testkit.history.Values.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of EDN (github.com/edn-format/edn), one value after another.
 *
 * <p>Vectors, lists and sets are Lists, maps are Maps, whole numbers are Longs, keywords and all
 * else that stands for itself are Symbols; tags and discarded values are passed over.
 */
public final class Edn {
  /** What {@link #next} answers at the end of the text. */
  public static final Object END = new Object();

  private static final int DEEPEST = 100;
  private static final int KNOWN = 64;
  private static final Symbol NIL = new Symbol("nil");

  private final String file;
  private final String text;
  private final @Nullable Symbol[] symbols = new Symbol[KNOWN];
  private int at;
  private int line = 1;
  private int depth;

  /** The name of the file is for complaints. */
  public Edn(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /** The line that the reader has come to. */
  int line() {
    return line;
  }

  /** The next value, null for nil, or {@link #END}. */
  public @Nullable Object next() {
    skip();
    if (at == text.length()) {
      return END;
    }
    char first = text.charAt(at);
    return switch (first) {
      case '(', '[' -> sequence(first == '(' ? ')' : ']');
      case '{' -> map();
      case '"' -> string();
      case '#' -> dispatched();
      case ')', ']', '}' -> throw expected("a value, found '" + first + "'");
      default -> atom();
    };
  }

  /** Steps over the bracket if it comes next: into what it opens, or out of what it closes. */
  boolean steps(char bracket) {
    skip();
    if (at == text.length() || text.charAt(at) != bracket) {
      return false;
    }
    at++;
    return true;
  }

  /** The complaint that something else was expected, which knows the line. */
  public HistoryFormatException expected(String what) {
    return new HistoryFormatException(file, line, "expected " + what);
  }

  /** Passes over blanks, comments, what is to be discarded, and tags. */
  private void skip() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#' && at + 1 < text.length()) {
        if (!skipDispatch(text.charAt(at + 1))) {
          return;
        }
      } else if (c == ';') {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (c == '\n') {
        line++;
        at++;
      } else if (c == ',' || Character.isWhitespace(c)) {
        at++;
      } else {
        return;
      }
    }
  }

  private boolean skipDispatch(char kind) {
    if (kind == '{' || kind == '"' || kind == '#') {
      return false;
    }
    at++;
    if (kind == '_') {
      at++;
      enterNesting();
      if (next() == END) {
        throw expected("a value to discard before the end of the file");
      }
      depth--;
    } else {
      atom();
    }
    return true;
  }

  private List<@Nullable Object> sequence(char end) {
    List<@Nullable Object> values = new ArrayList<>();
    at++;
    enterNesting();
    while (!endsWith(end)) {
      values.add(next());
    }
    depth--;
    return values;
  }

  private Map<Object, @Nullable Object> map() {
    Map<Object, @Nullable Object> values = new LinkedHashMap<>();
    at++;
    enterNesting();
    while (!endsWith('}')) {
      Object key = next();
      if (endsWith('}')) {
        throw expected("a value for the key " + key);
      }
      values.put(key == null ? NIL : key, next());
    }
    depth--;
    return values;
  }

  private void enterNesting() {
    if (++depth > DEEPEST) {
      throw expected("at most " + DEEPEST + " values within each other");
    }
  }

  private boolean endsWith(char end) {
    skip();
    if (at == text.length()) {
      throw expected("'" + end + "' before the end of the file");
    }
    if (text.charAt(at) != end) {
      return false;
    }
    at++;
    return true;
  }

  /** A set, a pattern, or a number that is none. */
  private Object dispatched() {
    at++;
    char kind = at < text.length() ? text.charAt(at) : '\0';
    if (kind == '{') {
      return sequence('}');
    }
    if (kind == '"') {
      return string();
    }
    at++;
    return new Symbol("##" + atom());
  }

  private String string() {
    int start = ++at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      if (text.charAt(at++) == '\n') {
        line++;
      }
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return text.substring(start, at++);
    }
    StringBuilder unescaped = new StringBuilder(text.substring(start, at));
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\n') {
        line++;
      }
      unescaped.append(c == '\\' ? escaped() : c);
    }
    if (at == text.length()) {
      throw expected("'\"' before the end of the file");
    }
    at++;
    return unescaped.toString();
  }

  private char escaped() {
    char c = at < text.length() ? text.charAt(at++) : '\0';
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> fourDigits();
      default ->
          throw expected("one of \\n \\t \\r \\b \\f \\\" \\\\ \\u and digits, found \\" + c);
    };
  }

  private char fourDigits() {
    try {
      at += 4;
      return (char) Integer.parseInt(text, at - 4, at, 16);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw expected("four hexadecimal digits after a backslash and u");
    }
  }

  private @Nullable Object atom() {
    int start = at;
    if (at + 1 < text.length() && text.charAt(at) == '\\') {
      at += 2; // a character, which may be a bracket
    }
    while (at < text.length() && isPartOfAtom(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw expected("a value");
    }
    char first = text.charAt(start);
    if (isDigit(first) || ((first == '-' || first == '+') && at > start + 1)) {
      return number(start);
    }
    Symbol symbol = symbol(start);
    return switch (symbol.text()) {
      case "nil" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> symbol;
    };
  }

  /** The symbol that ends here; the same few of them come again and again. */
  private Symbol symbol(int start) {
    int hash = 0;
    for (int i = start; i < at; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    int slot = (hash ^ hash >>> 16) & (KNOWN - 1);
    Symbol known = symbols[slot];
    if (known == null
        || known.text().length() != at - start
        || !text.startsWith(known.text(), start)) {
      known = new Symbol(text.substring(start, at));
      symbols[slot] = known;
    }
    return known;
  }

  private Object number(int start) {
    int end = text.charAt(at - 1) == 'N' ? at - 1 : at;
    try {
      return Long.parseLong(text, start, end, 10);
    } catch (NumberFormatException e) {
      return new Symbol(text.substring(start, at));
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPartOfAtom(char c) {
    return switch (c) {
      case '(', ')', '[', ']', '{', '}', '"', ';', ',' -> false;
      default -> !Character.isWhitespace(c);
    };
  }
}
