package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import org.jspecify.annotations.Nullable;

/**
 * What one key does when operations come one after another: a register, a text that grows, or a
 * counter, according to what is asked of it.
 *
 * <p>A state is the number of a value, so that a step is a comparison and an assignment.
 *
 * @param initial the value of a key that was never written: a String, Long, Boolean, or null for
 *     nil
 */
public record Model(@Nullable Object initial) {
  /** What a step answers when the operation cannot have given this answer in this state. */
  static final int IMPOSSIBLE = Integer.MIN_VALUE;

  /** A state that differs from each value of the history. */
  private static final int UNSEEN = Integer.MIN_VALUE + 1;

  /** A register that begins with this value. */
  public static Model register(@Nullable Object initial) {
    return new Model(initial);
  }

  /** A map whose keys begin with this value. */
  public static Model keyValue(@Nullable Object initial) {
    return new Model(initial);
  }

  int initialState(Values values) {
    int known = values.find(initial);
    return known == Values.NONE ? UNSEEN : known;
  }

  /** The state of a key that was deleted: where absent keys read as "", that. */
  int absentState(Values values) {
    return "".equals(initial) ? initialState(values) : Values.NIL;
  }

  /** The state after the operation, or {@link #IMPOSSIBLE}. */
  static int step(
      Values values, int absent, int state, Kind kind, int argument, int expected, int result) {
    return switch (kind) {
      case READ -> state == result ? state : IMPOSSIBLE;
      case WRITE -> result == Values.NONE || result == state ? argument : IMPOSSIBLE;
      case DELETE -> result == Values.NONE || result == state ? absent : IMPOSSIBLE;
      case CAS ->
          state == expected
              ? (result == Values.FALSE ? IMPOSSIBLE : argument)
              : (result == Values.TRUE ? IMPOSSIBLE : state);
      case APPEND -> made(values.append(state, argument), result);
      case ADD -> made(values.add(state, argument), result);
    };
  }

  private static int made(int state, int result) {
    return result == Values.NONE || result == state ? state : IMPOSSIBLE;
  }
}
