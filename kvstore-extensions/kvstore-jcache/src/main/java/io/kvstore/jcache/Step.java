package io.kvstore.jcache;

import io.kvstore.jcache.Step.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does to the entry of its key.
 *
 * @param kind which of them
 * @param newValue what is stored, if something is
 * @param <V> the type of values
 */
record Step<V>(Kind kind, @Nullable V newValue) {
  enum Kind {
    /** Nothing. */
    NONE,
    /** The value is read. */
    ACCESS,
    /** A value is stored, and written through. */
    PUT,
    /** A value is stored that has come from the loader. */
    LOAD,
    /** The entry is removed, and that is written through. */
    REMOVE
  }

  /** Decides on a step. Where another client comes between, it is asked once more. */
  interface Decision<V> {
    /**
     * The step to take.
     *
     * @param live the entry of the key, if there is one that has not expired
     */
    Step<V> on(Optional<Stored> live);
  }

  static <V> Step<V> none() {
    return new Step<>(Kind.NONE, null);
  }

  static <V> Step<V> access() {
    return new Step<>(Kind.ACCESS, null);
  }

  static <V> Step<V> put(V value) {
    return new Step<>(Kind.PUT, value);
  }

  static <V> Step<V> load(V value) {
    return new Step<>(Kind.LOAD, value);
  }

  static <V> Step<V> remove() {
    return new Step<>(Kind.REMOVE, null);
  }

  boolean isWrittenThrough() {
    return kind == Kind.PUT || kind == Kind.REMOVE;
  }

  /** The value of a put or load. */
  V value() {
    if (newValue == null) {
      throw new AssertionError("no value goes with " + kind);
    }
    return newValue;
  }
}
