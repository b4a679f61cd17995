package io.kvstore.testkit.transaction;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a transaction did to one list. */
public sealed interface Step {
  /** Which list. */
  Object key();

  /**
   * It added a value to the end of the list.
   *
   * @param key which list
   * @param value compared by {@code equals}; no other append to the list has it
   */
  record Append(Object key, Object value) implements Step {
    /** Neither is null. */
    public Append {
      requireNonNull(key, "key");
      requireNonNull(value, "value");
    }

    @Override
    public String toString() {
      return "append " + value + " to " + key;
    }
  }

  /**
   * It read the list.
   *
   * @param key which list
   * @param seen all of it, with the transaction's own appends so far
   */
  record Read(Object key, List<Object> seen) implements Step {
    /** Takes a copy of the list; nothing is null. */
    public Read {
      requireNonNull(key, "key");
      seen = List.copyOf(seen);
    }

    @Override
    public String toString() {
      return "read " + seen + " of " + key;
    }
  }
}
