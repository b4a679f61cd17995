package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
    for (int key = 0; key < history.values().size(); key++) {
      List<Integer> operations = new ArrayList<>();
      for (int i = 0; i < history.size(); i++) {
        if (history.key(i) == key && history.outcome(i) != Outcome.FAIL) {
          operations.add(i);
        }
      }
      if (!check.canOrder(operations, model.initial())) {
        return false;
      }
    }
    return true;
  }

  private boolean canOrder(List<Integer> left, Object state) {
    if (left.stream().allMatch(i -> history.outcome(i) == Outcome.UNKNOWN)) {
      return true;
    }
    for (Integer first : left) {
      if (left.stream().anyMatch(i -> history.returned(i) < history.invoked(first))) {
        continue;
      }
      List<Integer> rest = new ArrayList<>(left);
      rest.remove(first);
      if (isPossible(first, state) && canOrder(rest, after(first, state))) {
        return true;
      }
    }
    return false;
  }

  private boolean isPossible(int operation, Object state) {
    if (history.result(operation) == Values.NONE) {
      return true;
    }
    Object result = history.values().get(history.result(operation));
    return switch (history.kind(operation)) {
      case READ -> Objects.equals(result, state);
      case CAS -> result.equals(Objects.equals(state, expected(operation)));
      case ADD -> result.equals(after(operation, state));
      case WRITE, DELETE, APPEND -> true;
    };
  }

  private Object after(int operation, Object state) {
    Object argument =
        history.argument(operation) == Values.NONE
            ? null
            : history.values().get(history.argument(operation));
    return switch (history.kind(operation)) {
      case READ -> state;
      case WRITE -> argument;
      case DELETE -> "".equals(initial) ? "" : null;
      case CAS -> Objects.equals(state, expected(operation)) ? argument : state;
      case APPEND -> (state == null ? "" : state.toString()) + argument;
      case ADD -> (state instanceof Long number ? number : 0L) + (Long) argument;
    };
  }

  private Object expected(int operation) {
    return history.kind(operation) == Kind.CAS
        ? history.values().get(history.expected(operation))
        : null;
  }
}
