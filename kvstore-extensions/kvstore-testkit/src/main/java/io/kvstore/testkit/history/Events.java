package io.kvstore.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * Makes a history of events in the order of a file: each process has at most one operation open,
 * and its next event but an invocation is the end of that. What is left open is unknown.
 */
abstract class Events {
  private final History.Builder history = History.builder();
  private final LongTable open = new LongTable();
  private long time;

  /** The complaint that something else was expected, which knows the line. */
  abstract HistoryFormatException expected(String what);

  /** The number of a value. */
  int number(@Nullable Object value) {
    return history.values().of(value);
  }

  void invoke(int process, Kind kind, int key, int argument, int compared) {
    open.put(process, history.invoke(process, kind, key, argument, compared, time++) + 1);
  }

  /** The operation that ends here. */
  int end(int process, Kind kind) {
    int operation = open.get(process) - 1;
    if (operation < 0) {
      throw expected("process " + process + " to begin an operation before it ends one");
    }
    if (history.kindOf(operation) != kind) {
      throw expected(
          "the end of " + history.kindOf(operation) + " of process " + process + ", not " + kind);
    }
    open.put(process, 0);
    return operation;
  }

  /** Nothing is said of how an operation ended, if one was open. */
  void unknown(int process, Kind kind) {
    if (open.get(process) > 0) {
      end(process, kind);
    }
  }

  /** What an operation asked for, known better now. */
  void argue(int operation, int argument, int compared) {
    history.argue(operation, argument, compared);
  }

  void ok(int operation, int result) {
    history.ok(operation, result, time++);
  }

  void fail(int operation) {
    history.fail(operation, time++);
  }

  History history() {
    return history.build();
  }
}
