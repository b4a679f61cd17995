package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Values;

/**
 * What can still become of one key in a search: who needs which value, and who can still make it.
 * This is what is known of any key: nothing.
 */
class Prospects {
  /** An operation that no order can explain, {@link KeyOperations#NOBODY} if none was seen. */
  int lost() {
    return KeyOperations.NOBODY;
  }

  /**
   * Whether an operation needs what was there before a step, or another value, and cannot get it.
   */
  boolean areGone(int old, int value, int nextReturn) {
    return false;
  }

  /**
   * Whether an operation cannot get what another would have made that is left out for good; a value
   * is there now.
   */
  boolean areGoneWithout(int operation, int value) {
    return false;
  }

  /** Whether it can be of any use that the operation has a place from now on. */
  boolean isWanted(int operation) {
    return true;
  }

  /** Looks at what the open operations wait for that change nothing. */
  void lookForPure() {}

  /**
   * Whether the operation wants to have a place now, for those who are open and change nothing, as
   * of that look.
   */
  boolean isWantedNowOnly(int operation) {
    return false;
  }

  /** Whether the operation, which changes nothing, has its place in whatever order. */
  boolean isCertain(int operation) {
    return false;
  }

  /** Looks at what the open operations wait for, while the value is there. */
  void look(int value) {}

  /** Whether an open operation waits for what an operation makes, as of the last look. */
  boolean isUseful(int operation) {
    return true;
  }

  static Prospects of(
      KeyOperations operations, Demands demands, Open open, Values values, int initial) {
    return demands.isOpen
        ? new Prospects()
        : demands.grows
            ? new GrowingProspects(operations, demands, open, values)
            : new FixedProspects(operations, demands, open, initial);
  }
}
