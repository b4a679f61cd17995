package io.kvstore.testkit.check;

/** The states of what a search is about, as numbers, and what the operations make of them. */
interface States {
  /** The state before any operation. */
  int initial();

  /** The state after the operation, or {@link Model#IMPOSSIBLE}. */
  int step(int operation, int state);

  /** The value of a key in the state. */
  int value(int state, int slot);

  /** How many values that the operation needs, and could be told beforehand, are not there. */
  int missing(int operation, int state);
}
