package io.kvstore.testkit.record;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The calls of any store, as its clients took them down. */
final class HandRecording {
  /** What a call without an answer has answered. */
  static final Object NOTHING = new Object();

  private final LongSupplier clock;
  private final List<Row> rows = new ArrayList<>(); // guarded by itself
  private int processes; // guarded by the rows
  private final Set<Class<? extends Throwable>> refusals = new CopyOnWriteArraySet<>();

  HandRecording(LongSupplier clock) {
    this.clock = clock;
  }

  /** One call. */
  static final class Row {
    final String client;
    final int process;
    final Kind kind;
    final Object key;
    final @Nullable Object argument;
    final long invoked;
    final @Nullable Object expected; // of a compare-and-set

    // Guarded by the rows.
    private @Nullable Object answer;
    private long returned = History.NEVER;
    private boolean isRefused;

    Row(
        String client,
        int process,
        Kind kind,
        Object key,
        @Nullable Object argument,
        @Nullable Object expected,
        long invoked) {
      this.client = client;
      this.process = process;
      this.kind = kind;
      this.key = key;
      this.argument = argument;
      this.expected = expected;
      this.invoked = invoked;
    }
  }

  void refusedBy(Class<? extends Throwable> exception) {
    refusals.add(exception);
  }

  int newProcess() {
    synchronized (rows) {
      return processes++;
    }
  }

  Row begin(
      String client,
      int process,
      Kind kind,
      Object key,
      @Nullable Object argument,
      @Nullable Object expected) {
    Object plainKey = String.valueOf(plain(key));
    synchronized (rows) {
      Row row =
          new Row(
              client, process, kind, plainKey, plain(argument), plain(expected), clock.getAsLong());
      rows.add(row);
      return row;
    }
  }

  void answer(Row row, @Nullable Object answer) {
    synchronized (rows) {
      row.answer = answer == NOTHING ? NOTHING : plain(answer);
      row.returned = clock.getAsLong();
    }
  }

  /** A call has thrown; tells whether it certainly changed nothing. A read never does. */
  boolean refused(Row row, Exception thrown) {
    boolean isRefused =
        row.kind == Kind.READ || refusals.stream().anyMatch(each -> each.isInstance(thrown));
    if (isRefused) {
      synchronized (rows) {
        row.isRefused = true;
        row.returned = clock.getAsLong();
      }
    }
    return isRefused;
  }

  /** A value as a history has it. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return plain(optional.orElse(null));
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value == null || value instanceof String || value instanceof Boolean) {
      return value;
    }
    return value instanceof Long ? value : value.toString();
  }

  History history() {
    History.Builder history = History.builder();
    synchronized (rows) {
      sorted().forEach(row -> write(row, history));
    }
    return history.build();
  }

  List<Asked> asked() {
    synchronized (rows) {
      return sorted().stream()
          .map(row -> new Asked(row.process, row.invoked, row.client, Optional.empty()))
          .toList();
    }
  }

  private List<Row> sorted() {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingLong(row -> row.invoked));
    return sorted;
  }

  private static void write(Row row, History.Builder history) {
    Values values = history.values();
    int argument = row.argument == null ? Values.NONE : values.of(row.argument);
    int expected = row.kind == Kind.CAS ? values.of(row.expected) : Values.NONE;
    int number =
        history.invoke(row.process, row.kind, values.of(row.key), argument, expected, row.invoked);
    if (row.isRefused) {
      history.fail(number, row.returned);
    } else if (row.returned != History.NEVER) {
      int answer = row.answer == NOTHING ? Values.NONE : values.of(row.answer);
      history.ok(number, answer, row.returned);
    }
  }
}
