package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;

/** What appends and adds make of what was there. */
final class Growth {
  private static final int NONE = Values.NONE;

  private final History history;
  private final Values values;

  Growth(History history, Values values) {
    this.history = history;
    this.values = values;
  }

  /** Whether there is any in a history. */
  static boolean isIn(History history) {
    for (int row = 0; row < history.size(); row++) {
      if (history.kind(row) == Kind.APPEND || history.kind(row) == Kind.ADD) {
        return true;
      }
    }
    return false;
  }

  /** What an append or add made its value of, if that is sure; it may have been absent. */
  int before(Kind kind, int result, int argument) {
    Object made = values.get(result);
    Object added = values.get(argument);
    if (kind == Kind.ADD && made instanceof Long sum && added instanceof Long number) {
      return sum.equals(number) ? NONE : values.of(sum - number);
    }
    if (made instanceof String text
        && added instanceof String end
        && text.length() > end.length()
        && text.endsWith(end)) {
      return textOf(text.substring(0, text.length() - end.length()));
    }
    return NONE;
  }

  /** The number of a text; none where it was written as a number, too. */
  private int textOf(String text) {
    return text.matches("-?[0-9]{1,18}") && values.find(Long.parseLong(text)) != NONE
        ? NONE
        : values.find(text);
  }

  /** Whether one that is not answered can have made a value. */
  boolean canMake(int row, int value) {
    Object made = value < 0 ? null : values.get(value);
    return history.kind(row) == Kind.ADD
        ? made instanceof Long
        : made instanceof String text
            && values.get(history.argument(row)) instanceof String end
            && text.endsWith(end);
  }
}
