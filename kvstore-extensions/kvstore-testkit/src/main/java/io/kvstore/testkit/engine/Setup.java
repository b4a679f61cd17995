package io.kvstore.testkit.engine;

import io.kvstore.Consistency;

/**
 * One way to have a store of the engine under test, and all in which such stores may differ. Its
 * text tells them apart in the reports.
 */
public interface Setup {
  /** What the store promises. */
  Consistency consistency();

  /** In how many shards it keeps its keys. */
  int shards();

  /** Where a test opens its stores: each test takes one of its own. */
  Bench bench();

  /**
   * Whether a client sees at once what it has written itself, when nothing is wrong; otherwise it
   * does soon.
   */
  boolean showsOwnWritesAtOnce();

  /** Whether each key has an owner, so that a batch must stay with the keys of one owner. */
  default boolean hasOwnersOfKeys() {
    return false;
  }

  /**
   * Whether each member decides conditional writes by what it holds itself, so that two may both
   * succeed; otherwise all writes of a key have one order.
   */
  default boolean decidesAtEachMember() {
    return false;
  }

  /** Whether all writes have one order, in which a transaction can stand. */
  default boolean hasOneOrder() {
    return !hasOwnersOfKeys() && !decidesAtEachMember();
  }

  /** Whether values count for what a store may hold; otherwise they are elsewhere, on a disk. */
  default boolean holdsValuesInMemory() {
    return true;
  }

  /** Whether {@link Bench#pass} lets hours pass at once. */
  default boolean hasVirtualTime() {
    return false;
  }

  /** Whether calls of several threads at once are possible. */
  default boolean isThreaded() {
    return true;
  }

  /** Whether it promises a level, or more. */
  default boolean isAtLeast(Consistency level) {
    return consistency().isAtLeast(level);
  }
}
