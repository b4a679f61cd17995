package io.kvstore.testkit.object;

import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Verdict;
import java.util.function.BiFunction;

/**
 * What an object does when its calls come one after another.
 *
 * <pre>{@code
 * Machine<Long, Long, Long> sequence =
 *     Machine.of(0L, (last, step) -> Machine.step(last + step, last + step));
 * }</pre>
 *
 * @param <S> its states, which are never changed and are compared by {@code equals}
 * @param <I> its calls
 * @param <O> its answers, compared by {@code equals}
 */
public interface Machine<S, I, O> {
  /**
   * What a call leads to.
   *
   * @param next the state after it
   * @param answer what it answers
   */
  record Step<S, O>(S next, O answer) {}

  /** The state before all calls. */
  S initial();

  /** What a call does in a state. */
  Step<S, O> apply(S state, I call);

  /** What a call leads to. */
  static <S, O> Step<S, O> step(S next, O answer) {
    return new Step<>(next, answer);
  }

  /** A machine that begins like this, and does that. */
  static <S, I, O> Machine<S, I, O> of(S initial, BiFunction<S, I, Step<S, O>> steps) {
    return new Machine<>() {
      @Override
      public S initial() {
        return initial;
      }

      @Override
      public Step<S, O> apply(S state, I call) {
        return steps.apply(state, call);
      }
    };
  }

  /**
   * Whether what clients saw is linearizable: whether each call can be put at a point between its
   * beginning and its answer so that the answers are those of this machine.
   */
  default Verdict check(Calls<I, O> calls) {
    return check(calls, Budget.DEFAULT);
  }

  /** The same within a budget of time and memory. */
  default Verdict check(Calls<I, O> calls, Budget budget) {
    return new ObjectSearch<>(this, calls.notRefused(), (next, placed) -> true, budget).verdict();
  }
}
