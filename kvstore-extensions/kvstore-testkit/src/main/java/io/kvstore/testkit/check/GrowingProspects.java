package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Values;

/**
 * The prospects of a key whose values are texts that grow: the value must be a beginning of what is
 * read next, unless another can still be written before it.
 */
final class GrowingProspects extends Prospects {
  private final Demands demands;
  private final Open open;
  private final Values values;

  /** By operation: the last one invoked before its return that writes a text anew. */
  private final int[] lastMaker;

  /** By operation: itself or the next that needs a text. */
  private final int[] nextNeeding;

  /** The last text that was found to begin with a value, and the value. */
  private int knownText = Parts.NO_VALUE;

  private int knownBeginning = Parts.NO_VALUE;

  GrowingProspects(KeyOperations operations, Demands demands, Open open, Values values) {
    this.demands = demands;
    this.open = open;
    this.values = values;
    lastMaker = new int[operations.count];
    nextNeeding = new int[operations.count + 1];
    int maker = KeyOperations.NOBODY;
    int invoked = 0;
    for (int i = 0; i < operations.returns; i++) {
      for (; invoked < operations.invokedBy[i]; invoked++) {
        if (demands.makes[invoked] != Parts.NO_VALUE) {
          maker = invoked;
        }
      }
      lastMaker[operations.returning[i]] = maker;
    }
    nextNeeding[operations.count] = KeyOperations.NOBODY;
    for (int i = operations.count - 1; i >= 0; i--) {
      boolean needs = demands.needs[i] != Parts.NO_VALUE;
      nextNeeding[i] = needs ? i : nextNeeding[i + 1];
    }
  }

  @Override
  boolean areGone(int old, int value, int nextReturn) {
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int operation = open.operation(bit);
      if (demands.needs[operation] != Parts.NO_VALUE && isLost(operation, value)) {
        return true;
      }
    }
    int future = nextNeeding[open.opened()];
    return future != KeyOperations.NOBODY && isLost(future, value);
  }

  private boolean isLost(int operation, int value) {
    int text = demands.needs[operation];
    if (lastMaker[operation] >= open.opened() || beginsWith(text, value)) {
      return false;
    }
    for (int bit = open.next(0); bit >= 0; bit = open.next(bit + 1)) {
      int maker = open.operation(bit);
      if (demands.makes[maker] != Parts.NO_VALUE
          && values.startsWith(text, Math.max(demands.makes[maker], Values.NIL))) {
        return false;
      }
    }
    return true;
  }

  private boolean beginsWith(int text, int value) {
    if (text == knownText && value == knownBeginning) {
      return true;
    }
    if (value < 0 || !values.startsWith(text, value)) {
      return false;
    }
    knownText = text;
    knownBeginning = value;
    return true;
  }
}
