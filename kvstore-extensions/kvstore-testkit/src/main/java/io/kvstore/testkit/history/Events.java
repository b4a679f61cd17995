package io.kvstore.testkit.history;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a history of events in the order of a file: each process has at most one operation open,
 * and its next event but an invocation is the end of that.
 */
final class Events {
  private final History.Builder history = History.builder();
  private final LongTable open = new LongTable();
  private final Function<String, HistoryFormatException> expected;
  private long time;

  /** Complains by the function, which knows the line. */
  Events(Function<String, HistoryFormatException> expected) {
    this.expected = expected;
  }

  /** The number of a value. */
  int number(@Nullable Object value) {
    return history.values().of(value);
  }

  void invoke(int process, Kind kind, int key, int argument, int compared) {
    int known = open.get(process);
    if (known > 0) {
      throw expected.apply("process " + process + " to end its operation before it begins another");
    }
    open.put(process, history.invoke(process, kind, key, argument, compared, time++) + 1);
  }

  /** The operation that ends here. */
  int end(int process, Kind kind) {
    int operation = open.get(process) - 1;
    if (operation < 0) {
      throw expected.apply("process " + process + " to begin an operation before it ends one");
    }
    if (history.kindOf(operation) != kind) {
      throw expected.apply(
          "the end of " + history.kindOf(operation) + " of process " + process + ", not " + kind);
    }
    open.put(process, 0);
    return operation;
  }

  void ok(int operation, int result) {
    history.ok(operation, result, time++);
  }

  /** An operation whose argument is known only now. */
  void ok(int operation, int argument, int compared, int result) {
    history.argue(operation, argument, compared);
    ok(operation, result);
  }

  void fail(int operation) {
    history.fail(operation, time++);
  }

  History history() {
    return history.build();
  }
}
