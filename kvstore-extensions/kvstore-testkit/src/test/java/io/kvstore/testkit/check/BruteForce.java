package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The definition of linearizability, tried out: each order of each set of operations that may have
 * happened, over values that are plain objects.
 */
final class BruteForce {
  private final History history;
  private final Object initial;

  private BruteForce(History history, Object initial) {
    this.history = history;
    this.initial = initial;
  }

  static boolean isLinearizable(History history, Model model) {
    BruteForce check = new BruteForce(history, model.initial());
    if (history.hasGroups()) {
      return check.canOrder(check.operations(row -> true), new HashMap<>());
    }
    return IntStream.range(0, history.values().size())
        .mapToObj(key -> check.operations(row -> history.key(row) == key))
        .allMatch(operations -> check.canOrder(operations, new HashMap<>()));
  }

  /** The rows of each operation that may have happened. */
  private List<List<Integer>> operations(IntPredicate counts) {
    Map<Integer, List<Integer>> operations = new LinkedHashMap<>();
    for (int row = 0; row < history.size(); row++) {
      if (history.outcome(row) != Outcome.FAIL && counts.test(row)) {
        operations.computeIfAbsent(history.group(row), first -> new ArrayList<>()).add(row);
      }
    }
    return new ArrayList<>(operations.values());
  }

  private boolean canOrder(List<List<Integer>> left, Map<Integer, Object> state) {
    if (left.stream().allMatch(each -> history.outcome(each.get(0)) == Outcome.UNKNOWN)) {
      return true;
    }
    for (List<Integer> first : left) {
      long invoked = history.invoked(first.get(0));
      if (left.stream().anyMatch(each -> history.returned(each.get(0)) < invoked)) {
        continue;
      }
      Map<Integer, Object> after = new HashMap<>(state);
      if (first.stream().allMatch(row -> take(row, after))) {
        List<List<Integer>> rest = new ArrayList<>(left);
        rest.remove(first);
        if (canOrder(rest, after)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the row can be what it is in the state, in which it then takes effect. */
  private boolean take(int row, Map<Integer, Object> state) {
    Object before = state.getOrDefault(history.key(row), initial);
    Object after = after(row, before);
    state.put(history.key(row), after);
    if (history.outcome(row) == Outcome.UNKNOWN) {
      return history.kind(row) != Kind.CAS || Objects.equals(before, expected(row));
    }
    if (history.result(row) == Values.NONE) {
      return true;
    }
    Object result = history.values().get(history.result(row));
    return switch (history.kind(row)) {
      case READ, WRITE, DELETE -> Objects.equals(result, before);
      case APPEND, ADD -> Objects.equals(result, after);
      case CAS -> Objects.equals(result, Objects.equals(before, expected(row)));
    };
  }

  private Object after(int row, Object state) {
    Object argument =
        history.argument(row) == Values.NONE ? null : history.values().get(history.argument(row));
    return switch (history.kind(row)) {
      case READ -> state;
      case WRITE -> argument;
      case DELETE -> "".equals(initial) ? "" : null;
      case CAS -> Objects.equals(state, expected(row)) ? argument : state;
      case APPEND -> (state == null ? "" : state.toString()) + argument;
      case ADD -> (state instanceof Long number ? number : 0L) + (Long) argument;
    };
  }

  private Object expected(int row) {
    return history.kind(row) == Kind.CAS ? history.values().get(history.expected(row)) : null;
  }
}
