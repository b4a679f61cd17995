package io.kvstore.core;

/** Which threads run the parts of a store. */
public enum Placement {
  /**
   * A caller that waits for an answer runs the replicas itself, and so needs no hand-over to
   * another thread. One worker thread serves timers and whatever no caller waits for. Datalets that
   * may block have threads of their own.
   */
  SHARED,
  /** Every controlet and every datalet has a thread of its own. */
  DEDICATED
}
