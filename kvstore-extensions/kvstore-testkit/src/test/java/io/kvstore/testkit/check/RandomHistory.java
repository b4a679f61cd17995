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
  /**
   * What is asked, of how many values, and by how many.
   *
   * @param together how often an operation has several parts
   * @param told how often a write, delete or append is answered with a value
   */
  record Shape(
      List<Kind> kinds,
      int operations,
      int processes,
      int keys,
      int values,
      double unknown,
      double failed,
      double madeUp,
      double together,
      double told) {
    /** Each operation on its own; writes are answered with nothing. */
    Shape(
        List<Kind> kinds,
        int operations,
        int processes,
        int keys,
        int values,
        double unknown,
        double failed,
        double madeUp) {
      this(kinds, operations, processes, keys, values, unknown, failed, madeUp, 0, 0);
    }

    /** Whether each value is written once. */
    boolean distinct() {
      return values == 0;
    }
  }

  private record Part(int operation, Kind kind, int key, Object argument, Object expected) {}

  /** An operation that is to take effect, and then to end. */
  private record Open(List<Part> parts, boolean isUnknown) {}

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
    List<Part> parts = new ArrayList<>();
    int count = random.nextDouble() < shape.together() ? 2 + random.nextInt(2) : 1;
    for (int i = 0; i < count; i++) {
      parts.add(part(process));
    }
    if (count > 1) {
      history.together(parts.get(0).operation());
    }
    double outcome = random.nextDouble();
    if (outcome < shape.failed()) {
      long end = time + random.nextInt(2);
      parts.forEach(part -> history.fail(part.operation(), end));
      idle.add(process);
      return;
    }
    boolean isUnknown = outcome < shape.failed() + shape.unknown();
    if (isUnknown) {
      // The process goes on under another number, as Jepsen's do.
      idle.add(processes++);
    }
    if (!isUnknown || random.nextBoolean()) {
      waiting.add(new Open(parts, isUnknown));
    }
  }

  private Part part(int process) {
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
    return new Part(operation, kind, key, argument, expected);
  }

  private Object value(Kind kind) {
    if (shape.distinct() && shape.kinds().contains(Kind.APPEND)) {
      return "x" + written++;
    }
    if (kind == Kind.APPEND) {
      return random.nextBoolean() ? "a" : "aa";
    }
    if (shape.distinct()) {
      return (long) ++written;
    }
    long value = random.nextInt(shape.values());
    return value == 0 && kind != Kind.ADD
        ? initial
        : shape.kinds().contains(Kind.APPEND)
            ? "a".repeat((int) value - (initial == null ? 1 : 0))
            : value;
  }

  private void apply(Open open) {
    if (open.isUnknown() && !allExpectationsHold(open)) {
      return;
    }
    open.parts().forEach(this::apply);
    if (!open.isUnknown()) {
      done.add(open);
    }
  }

  /** An operation of unknown outcome takes effect as a whole or not at all. */
  private boolean allExpectationsHold(Open open) {
    Map<Integer, Object> before = new HashMap<>(state);
    for (Part part : open.parts()) {
      apply(part);
      if (part.kind() == Kind.CAS && answers.get(part.operation()).equals(false)) {
        state.clear();
        state.putAll(before);
        return false;
      }
    }
    state.clear();
    state.putAll(before);
    return true;
  }

  private void apply(Part part) {
    Object old = state.getOrDefault(part.key(), initial);
    Object argument = part.argument();
    Object after = old;
    Object answer = old;
    switch (part.kind()) {
      case READ -> {}
      case WRITE -> after = argument;
      case DELETE -> after = "".equals(initial) ? "" : null;
      case CAS -> {
        boolean same = Objects.equals(old, part.expected());
        after = same ? argument : old;
        answer = same;
      }
      case APPEND -> {
        after = (old == null ? "" : old.toString()) + argument;
        answer = after;
      }
      case ADD -> {
        after = (old instanceof Long number ? number : 0L) + (argument instanceof Long n ? n : 0L);
        answer = after;
      }
    }
    state.put(part.key(), after);
    answers.put(part.operation(), answer);
  }

  private void end(Open open) {
    for (Part part : open.parts()) {
      history.ok(part.operation(), random.nextInt(20) == 0 ? Values.NONE : result(part), time);
    }
    idle.add(processes++);
  }

  private int result(Part part) {
    Object answer = answers.get(part.operation());
    boolean isMadeUp = random.nextDouble() < shape.madeUp();
    Values values = history.values();
    return switch (part.kind()) {
      case READ -> values.of(isMadeUp ? anyRead() : answer);
      case CAS -> values.of(isMadeUp ? (Object) !(Boolean) answer : answer);
      case ADD -> values.of(isMadeUp ? (Long) answer + 1 : answer);
      case WRITE, DELETE, APPEND ->
          random.nextDouble() < shape.told()
              ? values.of(isMadeUp ? anyRead() : answer)
              : Values.NONE;
    };
  }

  private Object anyRead() {
    if (shape.distinct() && written > 0) {
      int which = 1 + random.nextInt(written);
      return shape.kinds().contains(Kind.APPEND) ? "x" + which : (Object) (long) which;
    }
    return shape.distinct() ? initial : value(Kind.WRITE);
  }
}
