package io.kvstore.examples.bench.compare;

/**
 * What a caller makes anew for each operation. A caller that gets its keys from outside has no
 * other choice; one that has the very object that a map holds is found by identity.
 */
public enum Fresh {
  /** Nothing: keys and values are objects that have been there from the beginning. */
  NOTHING,
  /** The key. */
  KEYS,
  /** The key, and the value that is written. */
  ALL
}
