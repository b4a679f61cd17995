package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;

/** What the operations of a history do to one copy, when they come one after the other. */
final class OneCopy {
  private final History history;
  private final Values values;
  private final int initial;
  private final int absent;

  OneCopy(History history, Model model) {
    this.history = history;
    values = history.values().copy();
    initial = values.of(model.initial());
    absent = model.absentState(values);
  }

  /** The value of a key before anything is written. */
  int initial() {
    return initial;
  }

  /** The value of a key that was deleted. */
  int absent() {
    return absent;
  }

  /** A value in words. */
  String show(int value) {
    return values.show(value);
  }

  /** Whether an operation takes effect at one moment with this first one of its group. */
  boolean isInGroup(int i, int head) {
    return i < history.size() && history.group(i) == head;
  }

  /** Whether all of a group only read. */
  boolean isRead(int head) {
    for (int i = head; isInGroup(i, head); i++) {
      if (history.kind(i) != Kind.READ) {
        return false;
      }
    }
    return true;
  }

  /** The value after an operation, {@link Model#IMPOSSIBLE} if its answer does not fit. */
  int step(int i, int before) {
    boolean saysNothing = history.kind(i) == Kind.READ && history.result(i) == Values.NONE;
    return saysNothing
        ? before
        : Model.step(
            values,
            absent,
            before,
            history.kind(i),
            history.argument(i),
            history.expected(i),
            history.result(i));
  }
}
