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
  private static final Object NOTHING = new Object();

  private final LongSupplier clock;
  private final List<Row> rows = new ArrayList<>(); // guarded by itself
  private final List<String> names = new ArrayList<>(); // of processes; guarded by rows
  private final Set<Class<? extends Throwable>> refusals = new CopyOnWriteArraySet<>();

  HandRecording(LongSupplier clock) {
    this.clock = clock;
  }

  /** One call. */
  static final class Row {
    final int process;
    final Kind kind;
    final Object key;
    final @Nullable Object argument;
    final long invoked;
    @Nullable Object expected;
    boolean hasExpected;

    // Guarded by the rows.
    private @Nullable Object answer;
    private long returned = History.NEVER;
    private boolean isRefused;

    Row(int process, Kind kind, Object key, @Nullable Object argument, long invoked) {
      this.process = process;
      this.kind = kind;
      this.key = key;
      this.argument = argument;
      this.invoked = invoked;
    }

    boolean isRefused() {
      return isRefused;
    }
  }

  void refusedBy(Class<? extends Throwable> exception) {
    refusals.add(exception);
  }

  int newProcess(String name) {
    synchronized (rows) {
      names.add(name);
      return names.size() - 1;
    }
  }

  Row begin(int process, Kind kind, Object key, @Nullable Object argument) {
    Object plainKey = String.valueOf(plain(key));
    Object plainArgument = plain(argument);
    synchronized (rows) {
      Row row = new Row(process, kind, plainKey, plainArgument, clock.getAsLong());
      rows.add(row);
      return row;
    }
  }

  void answer(Row row, @Nullable Object answer) {
    synchronized (rows) {
      row.answer = answer;
      row.returned = clock.getAsLong();
    }
  }

  /** A read that has thrown has changed nothing, whatever it has thrown. */
  void thrown(Row row, Exception thrown) {
    boolean isRefused =
        row.kind == Kind.READ || refusals.stream().anyMatch(each -> each.isInstance(thrown));
    if (isRefused) {
      synchronized (rows) {
        row.isRefused = true;
        row.returned = clock.getAsLong();
      }
    }
  }

  /** A value as a history has it. */
  static @Nullable Object plain(@Nullable Object value) {
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

  /** An answer that says nothing but that the call is done. */
  static Object nothing() {
    return NOTHING;
  }

  History history() {
    List<Row> sorted;
    History.Builder history = History.builder();
    synchronized (rows) {
      sorted = new ArrayList<>(rows);
      sorted.sort(Comparator.comparingLong(row -> row.invoked));
      sorted.forEach(row -> write(row, history));
    }
    return history.build();
  }

  private static void write(Row row, History.Builder history) {
    Values values = history.values();
    int argument = row.argument == null ? Values.NONE : values.of(row.argument);
    int expected = row.hasExpected ? values.of(row.expected) : Values.NONE;
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
