package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The definitions of causal consistency, convergence and memory, tried out: each set of operations
 * that may have happened, each write that a read may be from, each order.
 */
final class PlainCausality {
  /** Which of the definitions hold. */
  record Levels(boolean consistency, boolean convergence, boolean memory) {}

  /** One half of an operation; {@code after} is what its session did before, or -1. */
  private record Event(int row, boolean isRead, int key, int value, int session, int after) {}

  private static final int INITIAL = -1;

  private final History history;
  private final int initial;
  private final List<Integer> uncertain = new ArrayList<>();
  private List<Event> events = new ArrayList<>();
  private int[] source = {};
  private boolean[][] before = {};

  private PlainCausality(History history, Object initial) {
    this.history = history;
    this.initial = history.values().find(initial);
    for (int row = 0; row < history.size(); row++) {
      boolean mayBeNothing = history.kind(row) == Kind.DELETE && history.result(row) == Values.NIL;
      if ((history.outcome(row) == Outcome.UNKNOWN && history.kind(row) != Kind.READ)
          || mayBeNothing) {
        uncertain.add(row);
      }
    }
  }

  static Levels of(History history, Object initial) {
    PlainCausality plain = new PlainCausality(history, initial);
    return new Levels(
        plain.exists(plain::isConsistent),
        plain.exists(plain::isConvergent),
        plain.exists(plain::isMemory));
  }

  // What may have happened

  private boolean exists(BooleanSupplier definition) {
    for (int happened = 0; happened < 1 << uncertain.size(); happened++) {
      collect(happened);
      source = new int[events.size()];
      if (existsSource(0, definition)) {
        return true;
      }
    }
    return false;
  }

  private void collect(int happened) {
    events = new ArrayList<>();
    int[] last = new int[1 + history.size()];
    java.util.Arrays.fill(last, -1);
    int sessions = 1_000;
    for (int row = 0; row < history.size(); row++) {
      int uncertainty = uncertain.indexOf(row);
      boolean isSure = uncertainty < 0 || (happened >> uncertainty & 1) == 1;
      int process = history.process(row);
      if (history.outcome(row) == Outcome.OK) {
        last[process] = halves(row, isSure, process, last[process]);
      } else if (history.outcome(row) == Outcome.UNKNOWN
          && history.kind(row) != Kind.READ
          && isSure) {
        halves(row, true, sessions++, last[process]);
      }
    }
  }

  private int halves(int row, boolean writes, int session, int after) {
    int last = after;
    Kind kind = history.kind(row);
    int read = kind == Kind.CAS ? history.expected(row) : history.result(row);
    if (read != Values.NONE) {
      events.add(new Event(row, true, history.key(row), read, session, last));
      last = events.size() - 1;
    }
    if (kind != Kind.READ && writes) {
      int value = kind == Kind.DELETE ? Values.NIL : history.argument(row);
      events.add(new Event(row, false, history.key(row), value, session, last));
      last = events.size() - 1;
    }
    return last;
  }

  private boolean existsSource(int event, BooleanSupplier definition) {
    if (event == events.size()) {
      return orderByCauses() && definition.getAsBoolean();
    }
    if (!events.get(event).isRead()) {
      return existsSource(event + 1, definition);
    }
    if (events.get(event).value() == initial) {
      source[event] = INITIAL;
      if (existsSource(event + 1, definition)) {
        return true;
      }
    }
    for (int write = 0; write < events.size(); write++) {
      if (writesTo(write, events.get(event).key())
          && events.get(write).value() == events.get(event).value()) {
        source[event] = write;
        if (existsSource(event + 1, definition)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean writesTo(int event, int key) {
    return !events.get(event).isRead() && events.get(event).key() == key;
  }

  private boolean orderByCauses() {
    int size = events.size();
    before = new boolean[size][size];
    for (int event = 0; event < size; event++) {
      if (events.get(event).after() >= 0) {
        before[events.get(event).after()][event] = true;
      }
      if (events.get(event).isRead() && source[event] != INITIAL) {
        before[source[event]][event] = true;
      }
    }
    for (int via = 0; via < size; via++) {
      for (int from = 0; from < size; from++) {
        for (int to = 0; to < size; to++) {
          before[from][to] |= before[from][via] && before[via][to];
        }
      }
    }
    for (int event = 0; event < size; event++) {
      if (before[event][event]) {
        return false;
      }
    }
    return true;
  }

  // The definitions

  private boolean isConsistent() {
    for (int event = 0; event < events.size(); event++) {
      int reader = event;
      if (events.get(event).isRead() && !existsOrder(pastOf(event), other -> other == reader)) {
        return false;
      }
    }
    return true;
  }

  private boolean isMemory() {
    for (int event = 0; event < events.size(); event++) {
      int session = events.get(event).session();
      if (!existsOrder(pastOf(event), other -> events.get(other).session() == session)) {
        return false;
      }
    }
    return true;
  }

  /** What is before an event, and itself. */
  private List<Integer> pastOf(int event) {
    List<Integer> past = new ArrayList<>();
    for (int other = 0; other < events.size(); other++) {
      if (other == event || before[other][event]) {
        past.add(other);
      }
    }
    return past;
  }

  /** Whether some order of the events explains those that must be. */
  private boolean existsOrder(List<Integer> left, java.util.function.IntPredicate mustBe) {
    return existsOrder(left, new ArrayList<>(), mustBe);
  }

  private boolean existsOrder(
      List<Integer> left, List<Integer> order, java.util.function.IntPredicate mustBe) {
    if (left.isEmpty()) {
      return true;
    }
    for (Integer next : left) {
      if (left.stream().anyMatch(other -> before[other][next])
          || (events.get(next).isRead() && mustBe.test(next) && !isExplained(next, order))) {
        continue;
      }
      List<Integer> rest = new ArrayList<>(left);
      rest.remove(next);
      order.add(next);
      if (existsOrder(rest, order, mustBe)) {
        return true;
      }
      order.remove(order.size() - 1);
    }
    return false;
  }

  private boolean isExplained(int reader, List<Integer> order) {
    int last = INITIAL;
    for (int event : order) {
      last = writesTo(event, events.get(reader).key()) ? event : last;
    }
    return last == source[reader];
  }

  private boolean isConvergent() {
    List<Integer> writes = new ArrayList<>();
    for (int event = 0; event < events.size(); event++) {
      if (!events.get(event).isRead()) {
        writes.add(event);
      }
    }
    return existsArbitration(writes, new ArrayList<>());
  }

  private boolean existsArbitration(List<Integer> left, List<Integer> order) {
    if (left.isEmpty()) {
      for (int event = 0; event < events.size(); event++) {
        int reader = event;
        if (events.get(event).isRead()
            && !isExplained(event, order.stream().filter(w -> before[w][reader]).toList())) {
          return false;
        }
      }
      return true;
    }
    for (Integer next : left) {
      if (left.stream().noneMatch(other -> before[other][next])) {
        List<Integer> rest = new ArrayList<>(left);
        rest.remove(next);
        order.add(next);
        if (existsArbitration(rest, order)) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }
}
