package io.kvstore.testkit;

import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.Sequential;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.WeakIsolation;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.HistoryFormatException;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import io.kvstore.testkit.transaction.Finding;
import io.kvstore.testkit.transaction.Isolation;
import io.kvstore.testkit.transaction.ListAppend;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command that says of recorded histories whether a level of consistency holds. */
public final class Check {
  private static final String HELP =
      """
      Says of recorded histories whether they are linearizable, or of another level.

      java -cp ... io.kvstore.testkit.Check FILE... [OPTION VALUE]...

        --model register|kv      one value, or a map of keys; guessed from the file
        --initial VALUE          what is there before anything is written: nil, a number or a text;
                                 otherwise nil, 0 for a register in EDN, "" for a map in EDN,
                                 0 in plume unless the file writes a 0
        --level linearizable|sequential|causal|read-atomic|read-committed
                                 linearizable; causal for files that tell no times. Batches are
                                 transactions: sequential is then serializable, each session in order
                                 List-append histories of Jepsen and Elle, in EDN, are judged as
                                 strict-serializable (the default), strong-session-serializable,
                                 serializable, snapshot or read-committed
        --format jepsen|porcupine|edn|json|plume|awdit
                                 guessed from the file; porcupine is EDN with a :key, plume and
                                 awdit are transactions without times
        --seconds NUMBER         how long to search in one file (60)
        --megabytes NUMBER       how much to remember of one file (a quarter of the memory)
        --explain                prints below a broken history why it is
        --help                   prints this

      Prints for each file: FILE holds|broken|undecided MILLIS
      where MILLIS is how long it took to read and judge the file.

      Ends with 0 if all hold, 1 if one is broken, 2 if none is broken but one is undecided,
      3 if a file cannot be read, 4 if the command is not understood.
      """;

  private enum Level {
    LINEARIZABLE,
    SEQUENTIAL,
    CAUSAL,
    READ_ATOMIC,
    READ_COMMITTED,
    SNAPSHOT,
    SERIALIZABLE,
    STRONG_SESSION_SERIALIZABLE,
    STRICT_SERIALIZABLE
  }

  /** The first steps of a transaction on lists. */
  private static final Pattern LIST_APPEND =
      Pattern.compile(":value\\s*\\[\\s*\\[\\s*:(append|r)\\s");

  private static final int BROKEN = 1;
  private static final int UNDECIDED = 2;
  private static final int UNREADABLE = 3;
  private static final int MISUSED = 4;

  private final PrintStream out;
  private final PrintStream err;
  private final List<Path> files = new ArrayList<>();
  private @Nullable Format format;
  private @Nullable Level level;
  private @Nullable Boolean ofKeys;
  private @Nullable String initial;
  private Duration time = Budget.DEFAULT.time();
  private long bytes = Budget.DEFAULT.bytes();
  private boolean explains;

  private Check(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The command; see {@code --help}. */
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err);
    System.out.flush();
    System.exit(code);
  }

  /** The command without the end of the JVM: answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    Check check = new Check(out, err);
    if (List.of(arguments).contains("--help")) {
      out.print(HELP);
      return 0;
    }
    try {
      check.understand(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.print(HELP);
      return MISUSED;
    }
    return check.judgeAll();
  }

  private void understand(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      int equals = argument.indexOf('=');
      if (argument.equals("--explain")) {
        explains = true;
      } else if (argument.startsWith("--") && equals > 0) {
        option(argument.substring(0, equals), argument.substring(equals + 1));
      } else if (argument.startsWith("--")) {
        if (i + 1 == arguments.length) {
          throw new IllegalArgumentException("expected a value after " + argument);
        }
        option(argument, arguments[++i]);
      } else {
        files.add(Path.of(argument));
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("expected at least one file");
    }
  }

  private void option(String option, String value) {
    switch (option) {
      case "--model" -> ofKeys = isOfKeys(value);
      case "--initial" -> initial = value;
      case "--format" -> format = named("--format", Format.values(), value);
      case "--level" -> level = named("--level", Level.values(), value);
      case "--seconds" -> time = Duration.ofSeconds(positive(option, value));
      case "--megabytes" -> bytes = positive(option, value) << 20;
      default -> throw new IllegalArgumentException("no such option: " + option);
    }
  }

  private static boolean isOfKeys(String model) {
    if (!model.equals("register") && !model.equals("kv")) {
      throw new IllegalArgumentException("expected --model register or kv, found " + model);
    }
    return model.equals("kv");
  }

  private static <E extends Enum<E>> E named(String option, E[] all, String name) {
    StringJoiner names = new StringJoiner(", ");
    for (E each : all) {
      String itsName = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (itsName.equals(name.toLowerCase(Locale.ROOT))) {
        return each;
      }
      names.add(itsName);
    }
    throw new IllegalArgumentException(
        "expected " + option + " to be one of " + names + ", found " + name);
  }

  private static long positive(String option, String value) {
    try {
      long number = Long.parseLong(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "expected a positive number after " + option + ", found " + value);
  }

  private int judgeAll() {
    boolean broken = false;
    boolean undecided = false;
    boolean unreadable = false;
    for (Path file : files) {
      try {
        Verdict verdict = judge(file);
        broken |= verdict instanceof Verdict.Broken;
        undecided |= verdict instanceof Verdict.Undecided;
      } catch (HistoryFormatException e) {
        err.println(e.getMessage());
        unreadable = true;
      } catch (IOException e) {
        err.println(file + ": cannot be read: " + e);
        unreadable = true;
      } catch (IllegalArgumentException e) {
        err.println(file + ": " + e.getMessage());
        unreadable = true;
      }
    }
    return unreadable ? UNREADABLE : broken ? BROKEN : undecided ? UNDECIDED : 0;
  }

  private Verdict judge(Path file) throws IOException {
    long start = System.nanoTime();
    String text = Format.text(file);
    if (format == null && LIST_APPEND.matcher(text).find()) {
      return judgeLists(file, start);
    }
    Format itsFormat = format == null ? Format.guess(text) : format;
    History history = itsFormat.parse(file.toString(), text);
    Model model = new Model(initialOf(itsFormat, history));
    Verdict verdict = judge(itsFormat, history, model);
    print(file, start, verdict);
    if (explains && !verdict.holds()) {
      out.println(verdict);
    }
    return verdict;
  }

  private void print(Path file, long start, Verdict verdict) {
    long micros = (System.nanoTime() - start) / 1000;
    String name =
        verdict instanceof Verdict.Holds
            ? " holds "
            : verdict instanceof Verdict.Broken ? " broken " : " undecided ";
    // Appended by hand: a single file is judged in less time than a formatter takes to load.
    StringBuilder line = new StringBuilder().append(file).append(name).append(micros / 1000);
    out.println(line.append('.').append(Long.toString(1000 + micros % 1000), 1, 4));
  }

  private Verdict judgeLists(Path file, long start) throws IOException {
    Isolation isolation = isolationOf(level == null ? Level.STRICT_SERIALIZABLE : level);
    Optional<Finding> found = ListAppend.read(file).check().worst(isolation);
    Verdict verdict =
        found.isEmpty()
            ? new Verdict.Holds()
            : new Verdict.Broken("nil", found.get().toString(), List.of(), List.of());
    print(file, start, verdict);
    if (explains && !verdict.holds()) {
      out.println(verdict);
    }
    return verdict;
  }

  private static Isolation isolationOf(Level asked) {
    return switch (asked) {
      case READ_COMMITTED -> Isolation.READ_COMMITTED;
      case SNAPSHOT -> Isolation.SNAPSHOT;
      case SERIALIZABLE -> Isolation.SERIALIZABLE;
      case STRONG_SESSION_SERIALIZABLE -> Isolation.STRONG_SESSION_SERIALIZABLE;
      case STRICT_SERIALIZABLE -> Isolation.STRICT_SERIALIZABLE;
      case LINEARIZABLE, SEQUENTIAL, CAUSAL, READ_ATOMIC ->
          throw new IllegalArgumentException(
              "transactions on lists: expected --level strict-serializable,"
                  + " strong-session-serializable, serializable, snapshot or read-committed");
    };
  }

  private Verdict judge(Format itsFormat, History history, Model model) {
    Level asked =
        level != null ? level : itsFormat.tellsTimes() ? Level.LINEARIZABLE : Level.CAUSAL;
    Budget budget = new Budget(time, bytes);
    if (asked == Level.LINEARIZABLE && !itsFormat.tellsTimes()) {
      throw new IllegalArgumentException(
          "a " + itsFormat + " file tells no times: expected another --level than linearizable");
    }
    return switch (asked) {
      case LINEARIZABLE -> Linearizability.check(history, model, budget);
      case SEQUENTIAL -> Sequential.check(history, model, budget);
      case CAUSAL -> WeakIsolation.check(history, model, WeakIsolation.Level.CAUSAL, budget);
      case READ_ATOMIC ->
          WeakIsolation.check(history, model, WeakIsolation.Level.READ_ATOMIC, budget);
      case READ_COMMITTED ->
          WeakIsolation.check(history, model, WeakIsolation.Level.READ_COMMITTED, budget);
      case SNAPSHOT, SERIALIZABLE, STRONG_SESSION_SERIALIZABLE, STRICT_SERIALIZABLE ->
          throw new IllegalArgumentException(
              "a "
                  + itsFormat
                  + " file has no transactions on lists: expected --level linearizable,"
                  + " sequential, causal, read-atomic or read-committed");
    };
  }

  private @Nullable Object initialOf(Format itsFormat, History history) {
    boolean isMap = ofKeys == null ? hasKeys(history) : ofKeys;
    if (initial != null) {
      return valueNamed(initial, isMap, history.values());
    }
    return switch (itsFormat) {
      case JEPSEN, JSON, AWDIT -> null;
      case PLUME -> writesZero(history) ? null : Long.valueOf(0);
      case PORCUPINE, EDN -> isMap ? "" : Long.valueOf(0);
    };
  }

  /** The value that is written like this: the one that the history has, if it has such. */
  private static @Nullable Object valueNamed(String word, boolean isMap, Values values) {
    if (word.equals("nil") || word.equals("null")) {
      return null;
    }
    if (word.length() > 1 && word.startsWith("\"") && word.endsWith("\"")) {
      return word.substring(1, word.length() - 1);
    }
    Object other = numberOrSymbol(word);
    boolean hasText = values.find(word) != Values.NONE;
    boolean hasOther = values.find(other) != Values.NONE;
    return hasText == hasOther ? (isMap ? word : other) : hasText ? word : other;
  }

  private static Object numberOrSymbol(String word) {
    if (word.equals("true") || word.equals("false")) {
      return word.equals("true");
    }
    try {
      return Long.valueOf(word);
    } catch (NumberFormatException e) {
      return word.startsWith(":") ? new Values.Symbol(word) : word;
    }
  }

  private static boolean writesZero(History history) {
    int zero = history.values().find(0L);
    for (int i = 0; i < history.size() && zero != Values.NONE; i++) {
      if (history.kind(i) == Kind.WRITE && history.argument(i) == zero) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasKeys(History history) {
    return history.size() > 0 && history.key(0) != Values.NIL;
  }
}
