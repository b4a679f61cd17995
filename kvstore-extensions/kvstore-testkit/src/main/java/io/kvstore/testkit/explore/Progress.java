package io.kvstore.testkit.explore;

import java.util.Locale;

/**
 * How far an exploration is.
 *
 * @param depth how many decisions the states have that are looked at
 * @param states how many different ones were found
 * @param runs how many runs were played
 * @param open how many states are still to be looked at, of those that are known
 * @param nanos how long it has taken
 */
public record Progress(int depth, long states, long runs, long open, long nanos) {
  /** States that were found in a second. */
  public double statesPerSecond() {
    return states / Math.max(1e-9, nanos / 1e9);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "depth %d, %,d states, %,d runs, %.1f s, %,.0f states a second",
        depth,
        states,
        runs,
        nanos / 1e9,
        statesPerSecond());
  }
}
