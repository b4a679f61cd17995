package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The definition of sequential consistency, tried out: each order, over plain objects. */
final class PlainSequence {
  private final History history;
  private final Object initial;
  private final boolean inRealTime;

  private PlainSequence(History history, Object initial, boolean inRealTime) {
    this.history = history;
    this.initial = initial;
    this.inRealTime = inRealTime;
  }

  static boolean exists(History history, Object initial) {
    return exists(history, initial, false);
  }

  /** Whether there is an order, which in real time agrees with that, too. */
  static boolean exists(History history, Object initial, boolean inRealTime) {
    List<Integer> units = new ArrayList<>();
    for (int row = 0; row < history.size(); row++) {
      if (history.group(row) == row && history.outcome(row) != Outcome.FAIL) {
        units.add(row);
      }
    }
    return new PlainSequence(history, initial, inRealTime).canOrder(units, new HashMap<>());
  }

  private boolean canOrder(List<Integer> left, Map<Integer, Object> state) {
    if (left.stream().allMatch(unit -> history.outcome(unit) == Outcome.UNKNOWN)) {
      return true;
    }
    for (Integer next : left) {
      if (left.stream().anyMatch(other -> isBefore(other, next))) {
        continue;
      }
      List<Integer> rest = new ArrayList<>(left);
      rest.remove(next);
      Map<Integer, Object> after = new HashMap<>(state);
      if (apply(next, after) && canOrder(rest, after)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the one must have happened when the other does. */
  private boolean isBefore(int one, int other) {
    boolean isKnown = history.outcome(one) == Outcome.OK;
    return (inRealTime && history.returned(one) < history.invoked(other))
        || (isKnown && one < other && history.process(one) == history.process(other))
        || (isKnown && history.follows(other) != Values.NONE && follows(one, other));
  }

  private boolean follows(int one, int other) {
    int told = history.follows(other);
    return one <= told && history.process(one) == history.process(told);
  }

  private boolean apply(int unit, Map<Integer, Object> state) {
    for (int row = unit; row < history.size() && history.group(row) == unit; row++) {
      int key = history.key(row);
      Object before = state.getOrDefault(key, initial);
      Object after = after(row, before);
      if (history.outcome(row) == Outcome.OK
          && history.result(row) != Values.NONE
          && !isAnswer(row, before, after)) {
        return false;
      }
      state.put(key, after);
    }
    return true;
  }

  private boolean isAnswer(int row, Object before, Object after) {
    Object result = history.values().get(history.result(row));
    return switch (history.kind(row)) {
      case READ, WRITE, DELETE -> Objects.equals(result, before);
      case CAS -> result.equals(Objects.equals(before, value(history.expected(row))));
      case APPEND, ADD -> result.equals(after);
    };
  }

  private Object after(int row, Object before) {
    Object argument = value(history.argument(row));
    return switch (history.kind(row)) {
      case READ -> before;
      case WRITE -> argument;
      case DELETE -> null;
      case CAS -> Objects.equals(before, value(history.expected(row))) ? argument : before;
      case APPEND -> (before == null ? "" : before.toString()) + argument;
      case ADD -> (before instanceof Long number ? number : 0L) + (Long) argument;
    };
  }

  private Object value(int number) {
    return number == Values.NONE ? null : history.values().get(number);
  }
}
