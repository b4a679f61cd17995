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
 * A history of one log of writes, of which each session reads a beginning that grows and has its
 * own writes in it; an answer may then be made up.
 */
final class SequentialHistory {
  /**
   * How many there are; what is asked; how many different values are written, none if each is
   * written once; how likely an operation is unknown, an answer made up, and several operations are
   * one.
   */
  record Shape(
      int operations,
      int sessions,
      int keys,
      List<Kind> kinds,
      int values,
      double unknown,
      double madeUp,
      double groups) {}

  private final RandomGenerator random;
  private final Shape shape;
  private final History.Builder history = History.builder();

  /** The keys' values after each write. */
  private final List<Map<Integer, Object>> log = new ArrayList<>(List.of(Map.of()));

  private final int[] seen;
  private final List<Integer> order = new ArrayList<>();
  private int written;

  private SequentialHistory(RandomGenerator random, Shape shape) {
    this.random = random;
    this.shape = shape;
    seen = new int[shape.sessions()];
  }

  static History of(RandomGenerator random, Shape shape) {
    return new SequentialHistory(random, shape).make().history.build();
  }

  /** The same, and the order in which the writes happened. */
  static Map.Entry<History, int[]> withOrder(RandomGenerator random, Shape shape) {
    SequentialHistory made = new SequentialHistory(random, shape).make();
    return Map.entry(
        made.history.build(), made.order.stream().mapToInt(Integer::intValue).toArray());
  }

  private SequentialHistory make() {
    int time = 0;
    while (history.size() < shape.operations()) {
      int session = random.nextInt(shape.sessions());
      int size = random.nextDouble() < shape.groups() ? 2 : 1;
      boolean reads = random.nextBoolean();
      boolean isUnknown = random.nextDouble() < shape.unknown();
      boolean happens = !isUnknown || random.nextBoolean();
      seen[session] = random.nextInt(seen[session], log.size());
      Map<Integer, Object> state = new HashMap<>(log.get(log.size() - 1));
      int first = history.size();
      boolean changes = false;
      for (int i = 0; i < size; i++) {
        Kind kind = shape.kinds().get(random.nextInt(shape.kinds().size()));
        kind = size > 1 ? (reads ? Kind.READ : Kind.WRITE) : kind;
        changes |= kind != Kind.READ;
        ask(session, kind, kind == Kind.READ ? log.get(seen[session]) : state, isUnknown, time);
      }
      if (size > 1) {
        history.together(first);
      } else if (isUnknown && !happens && random.nextBoolean()) {
        history.fail(first, time);
      }
      if (changes && happens) {
        log.add(state);
        order.add(first);
        seen[session] = isUnknown ? seen[session] : log.size() - 1;
      }
      time += random.nextInt(3);
    }
    return this;
  }

  private void ask(
      int session, Kind kind, Map<Integer, Object> state, boolean isUnknown, int time) {
    int key = random.nextInt(shape.keys());
    Object before = state.get(key);
    Object argument = kind == Kind.READ || kind == Kind.DELETE ? null : value(kind);
    Object expected = kind == Kind.CAS ? (random.nextBoolean() ? before : value(kind)) : null;
    Values values = history.values();
    int row =
        history.invoke(
            session,
            kind,
            values.of("abcdefghijklmnopqrstuvwxyz".substring(key, key + 1)),
            argument == null ? Values.NONE : values.of(argument),
            kind == Kind.CAS ? values.of(expected) : Values.NONE,
            time);
    Object after = before;
    Object answer = before;
    switch (kind) {
      case READ -> {}
      case WRITE -> after = argument;
      case DELETE -> after = null;
      case CAS -> {
        boolean same = Objects.equals(before, expected);
        after = same ? argument : before;
        answer = same;
      }
      case APPEND -> answer = after = (before == null ? "" : before.toString()) + argument;
      case ADD ->
          answer =
              after =
                  (before instanceof Long number ? number : 0L)
                      + (argument instanceof Long n ? n : 0L);
    }
    if (kind != Kind.READ) {
      state.put(key, after);
    }
    if (!isUnknown) {
      boolean tells = kind == Kind.READ || kind == Kind.CAS || random.nextInt(3) == 0;
      Object said = random.nextDouble() < shape.madeUp() ? madeUp(kind, answer) : answer;
      history.ok(row, tells ? values.of(said) : Values.NONE, time + random.nextInt(2));
      if (kind != Kind.READ && random.nextInt(8) > 0) {
        history.version(row, log.size());
      }
    }
  }

  private Object value(Kind kind) {
    if (kind == Kind.APPEND) {
      return shape.values() == 0 ? "a" + written++ : "a";
    }
    return shape.values() == 0 ? (Object) (long) ++written : (Object) (long) random.nextInt(1, 4);
  }

  private Object madeUp(Kind kind, Object answer) {
    return switch (kind) {
      case CAS -> !(Boolean) answer;
      case ADD -> (Long) answer + 1;
      case APPEND -> answer + "b";
      default -> {
        Map<Integer, Object> state = log.get(random.nextInt(log.size()));
        yield state.get(random.nextInt(shape.keys()));
      }
    };
  }
}
