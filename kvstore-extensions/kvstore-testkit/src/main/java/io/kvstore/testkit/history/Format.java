package io.kvstore.testkit.history;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** The formats of histories that can be read. */
public enum Format {
  /** The log lines of Jepsen: {@code INFO jepsen.util - 0 :invoke :write 3}. */
  JEPSEN,
  /** Porcupine's key-value logs: an EDN map with a {@code :key} for each event. */
  PORCUPINE,
  /** The operations of Knossos: EDN maps, on their own or in a vector. */
  EDN,
  /** An operation a line, as the package's description says. */
  JSON,
  /** Transactions as Plume and PolySI keep them: {@code w(key,value,session,transaction)}. */
  PLUME,
  /** Transactions as AWDIT's own tests have them: {@code w 1 2}, with lines of - and =. */
  AWDIT;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** The format that the text seems to be in. */
  public static Format guess(String text) {
    int first = next(text, 0);
    switch (first < text.length() ? text.charAt(first) : '\0') {
      case '{' -> {
        if (text.startsWith("\"", next(text, first + 1))) {
          return JSON;
        }
      }
      case 'r', 'w' -> {
        char second = first + 1 < text.length() ? text.charAt(first + 1) : '\0';
        return second == '(' ? PLUME : Character.isWhitespace(second) ? AWDIT : JEPSEN;
      }
      case '-', '=' -> {
        return AWDIT;
      }
      case '[', '(', ';', '#' -> {}
      default -> {
        return JEPSEN;
      }
    }
    return text.contains(":key ") ? PORCUPINE : EDN;
  }

  /** Whether it says when operations began and ended, which not all levels ask for. */
  public boolean tellsTimes() {
    return this != PLUME && this != AWDIT;
  }

  private static int next(String text, int from) {
    int at = from;
    while (at < text.length()
        && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == ',')) {
      at++;
    }
    return at;
  }

  /** The history that the text is; the name of the file is for complaints. */
  public History parse(String file, String text) {
    return switch (this) {
      case JEPSEN -> new JepsenLog(file, text).read();
      case PORCUPINE, EDN -> new EdnHistory(file, text).read();
      case JSON -> new JsonLines(file, text).read();
      case PLUME -> new TransactionLines(file, text).readPlume();
      case AWDIT -> new TransactionLines(file, text).readAwdit();
    };
  }

  /** The history in a file. */
  public History read(Path file) throws IOException {
    return parse(file.toString(), text(file));
  }

  /** The text of a file; characters that are not UTF-8 do not matter. */
  public static String text(Path file) throws IOException {
    String text;
    // Channels take longer to load than a small file to read.
    try (InputStream in = new FileInputStream(file.toFile())) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  /** Writes the history as JSON lines. */
  public static void write(History history, Appendable out) throws IOException {
    JsonLines.write(history, out);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
