package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A history of one copy that clients used at the same time, in which an answer may then be made up:
 * that of a random store, by a random generator.
 */
final class RandomHistory {
  /** What is asked, of how many values, and by how many. */
  record Shape(
      List<Kind> kinds,
      int operations,
      int processes,
      int keys,
      int values,
      double unknown,
      double failed,
      double madeUp) {
    /** Whether each value is written once. */
    boolean distinct() {
      return values == 0;
    }
  }

  private record Open(int operation, Kind kind, int key, Object argument, Object expected) {}

  private final RandomGenerator random;
  private final Shape shape;
  private final Object initial;
  private final History.Builder history = History.builder();
  private final Map<Integer, Object> state = new HashMap<>();
  private final Map<Integer, Object> answers = new HashMap<>();
  private final List<Open> waiting = new ArrayList<>();
  private final List<Open> done = new ArrayList<>();
  private final List<Integer> idle = new ArrayList<>();
  private int processes;
  private int written;
  private long time;

  private RandomHistory(RandomGenerator random, Shape shape, Object initial) {
    this.random = random;
    this.shape = shape;
    this.initial = initial;
  }

  static History of(RandomGenerator random, Shape shape, Object initial) {
    return new RandomHistory(random, shape, initial).make();
  }

  private History make() {
    for (; processes < shape.processes(); processes++) {
      idle.add(processes);
    }
    int left = shape.operations();
    while (left > 0 || !waiting.isEmpty() || !done.isEmpty()) {
      time += random.nextInt(3) == 0 ? 0 : 1;
      int choice = random.nextInt(3);
      if (choice == 0 && left > 0 && !idle.isEmpty()) {
        left--;
        invoke(idle.remove(random.nextInt(idle.size())));
      } else if (choice == 1 && !waiting.isEmpty()) {
        apply(waiting.remove(random.nextInt(waiting.size())));
      } else if (choice == 2 && !done.isEmpty()) {
        end(done.remove(random.nextInt(done.size())));
      }
    }
    return history.build();
  }

  private void invoke(int process) {
    Kind kind = shape.kinds().get(random.nextInt(shape.kinds().size()));
    int key = random.nextInt(shape.keys());
    Object argument = kind == Kind.READ || kind == Kind.DELETE ? null : value(kind);
    Object expected = kind == Kind.CAS ? value(kind) : null;
    Values values = history.values();
    int operation =
        history.invoke(
            process,
            kind,
            values.of("k" + key),
            kind == Kind.READ || kind == Kind.DELETE ? Values.NONE : values.of(argument),
            kind == Kind.CAS ? values.of(expected) : Values.NONE,
            time);
    Open open = new Open(operation, kind, key, argument, expected);
    double outcome = random.nextDouble();
    if (outcome < shape.failed()) {
      history.fail(operation, time + random.nextInt(2));
      idle.add(process);
    } else {
      waiting.add(open);
      if (outcome < shape.failed() + shape.unknown()) {
        // The process goes on under another number, as Jepsen's do.
        idle.add(processes++);
        answers.put(operation, this);
        if (random.nextBoolean()) {
          waiting.remove(open);
        }
      }
    }
  }

  private Object value(Kind kind) {
    if (kind == Kind.APPEND) {
      return shape.distinct() ? "x" + written++ : random.nextBoolean() ? "a" : "aa";
    }
    if (shape.distinct()) {
      return (long) ++written;
    }
    long value = random.nextInt(shape.values());
    return value == 0
        ? initial
        : shape.kinds().contains(Kind.APPEND) ? "a".repeat((int) value) : value;
  }

  private void apply(Open open) {
    Object old = state.getOrDefault(open.key(), initial);
    Object argument = open.argument();
    Object after = old;
    Object answer = null;
    switch (open.kind()) {
      case READ -> answer = old;
      case WRITE -> after = argument;
      case DELETE -> after = "".equals(initial) ? "" : null;
      case CAS -> {
        boolean same = Objects.equals(old, open.expected());
        after = same ? argument : old;
        answer = same;
      }
      case APPEND -> after = (old == null ? "" : old.toString()) + argument;
      case ADD -> {
        after = (old instanceof Long number ? number : 0L) + (argument instanceof Long n ? n : 0L);
        answer = after;
      }
    }
    state.put(open.key(), after);
    if (answers.get(open.operation()) != this) {
      answers.put(open.operation(), answer);
      done.add(open);
    }
  }

  private void end(Open open) {
    Object answer = answers.get(open.operation());
    boolean madeUp = random.nextDouble() < shape.madeUp();
    int result =
        switch (open.kind()) {
          case READ -> history.values().of(madeUp ? anyRead() : answer);
          case CAS -> history.values().of(madeUp ? (Object) !(Boolean) answer : answer);
          case ADD -> history.values().of(madeUp ? (Long) answer + 1 : answer);
          case WRITE, DELETE, APPEND -> Values.NONE;
        };
    history.ok(open.operation(), random.nextInt(20) == 0 ? Values.NONE : result, time);
    idle.add(processes++);
  }

  private Object anyRead() {
    if (shape.distinct() && written > 0) {
      int which = 1 + random.nextInt(written);
      return shape.kinds().contains(Kind.APPEND) ? "x" + which : (Object) (long) which;
    }
    return shape.distinct() ? initial : value(Kind.WRITE);
  }
}
