package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;

/**
 * What the units that are not placed yet ask of values, and which of them they make: how many there
 * are of each.
 */
final class Demand {
  private static final int NONE = Units.NONE;

  private final Units units;

  /** By value of a key: how many are left that need it, that may make use of it, that make it. */
  private final int[] needed;

  private final int[] wished;
  private final int[] makers;

  /** By key: how many are left that depend on its value. */
  private final int[] curious;

  /** Of all units. */
  Demand(Units units) {
    this.units = units;
    needed = new int[units.pairs];
    wished = new int[units.pairs];
    makers = new int[units.pairs];
    curious = new int[units.grows.length];
    for (int process = 0; process < units.processes; process++) {
      for (int i = 0; i < units.length(process); i++) {
        count(units.at(process, i), 1);
      }
    }
    for (int unit : units.optional) {
      count(unit, 1);
    }
  }

  /** So many more of a unit are left; fewer where that is negative. */
  void count(int unit, int by) {
    for (int row = unit; units.isOf(row, unit); row++) {
      if (units.needs[row] != NONE) {
        needed[units.needs[row]] += by;
      }
      if (units.makes[row] != NONE) {
        makers[units.makes[row]] += by;
      }
      if (units.wishes[row] != NONE) {
        wished[units.wishes[row]] += by;
      }
      Kind kind = units.history.kind(row);
      boolean isBlind = (kind == Kind.WRITE || kind == Kind.DELETE) && units.needs[row] == NONE;
      boolean isKnown = units.history.outcome(row) == Outcome.OK;
      curious[units.key[row]] += isKnown && !isBlind ? by : 0;
    }
  }

  /** Whether a value of a key is needed that no unit is left to make. */
  boolean isInVain(int value) {
    return needed[value] > 0 && makers[value] == 0;
  }

  /** Whether another unit may make use of what a unit makes. */
  boolean isFor(int unit) {
    for (int row = unit; units.isOf(row, unit); row++) {
      int key = units.key[row];
      int made = units.makes[row];
      if ((made != NONE && needed[made] + wished[made] > 0)
          || (units.grows[key] && curious[key] > 0)) {
        return true;
      }
    }
    return false;
  }
}
