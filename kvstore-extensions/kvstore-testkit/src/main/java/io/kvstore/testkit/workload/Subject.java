package io.kvstore.testkit.workload;

import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A store as one client of a workload sees it: perhaps with a connection of its own, which {@link
 * #close} ends. What it does not support, the workload must not ask for.
 */
public interface Subject {
  /** The value of a key, null if there is none. */
  @Nullable String get(String key) throws Exception;

  /** Writes a value. */
  void put(String key, String value) throws Exception;

  /** Takes a value away. */
  default void remove(String key) throws Exception {
    throw new UnsupportedOperationException("remove");
  }

  /** Writes a value if the key has the expected one, null for none; answers whether it had. */
  default boolean compareAndSet(String key, @Nullable String expected, String value)
      throws Exception {
    throw new UnsupportedOperationException("compareAndSet");
  }

  /** Adds a text to the end of a key's. */
  default void append(String key, String text) throws Exception {
    throw new UnsupportedOperationException("append");
  }

  /** Nothing more is asked of it. */
  default void close() throws Exception {}

  /** A map, which does not support appending. */
  static Subject of(ConcurrentMap<String, String> map) {
    return new Subject() {
      @Override
      public @Nullable String get(String key) {
        return map.get(key);
      }

      @Override
      public void put(String key, String value) {
        map.put(key, value);
      }

      @Override
      public void remove(String key) {
        map.remove(key);
      }

      @Override
      public boolean compareAndSet(String key, @Nullable String expected, String value) {
        return expected == null
            ? map.putIfAbsent(key, value) == null
            : map.replace(key, expected, value);
      }
    };
  }
}
