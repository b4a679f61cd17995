package io.kvstore.testkit.check;

/** The states of one key: its values. */
final class OneKey implements States {
  private final Parts parts;
  private final int initial;

  OneKey(Parts parts, int initial) {
    this.parts = parts;
    this.initial = initial;
  }

  @Override
  public int initial() {
    return initial;
  }

  @Override
  public int step(int operation, int state) {
    return parts.step(operation, state);
  }

  @Override
  public int value(int state, int slot) {
    return state;
  }

  @Override
  public int missing(int operation, int state) {
    int needed = parts.needs[operation];
    return needed == Parts.NO_VALUE || needed == state ? 0 : 1;
  }
}
