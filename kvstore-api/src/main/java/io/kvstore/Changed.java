package io.kvstore;

import java.util.Optional;

/**
 * A key whose entry was changed.
 *
 * @param key the key
 * @param now what stands there now; nothing when it was removed
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record Changed<K, V>(K key, Optional<Versioned<V>> now) {
  /** Whether the key was taken away. */
  public boolean isRemoval() {
    return now.isEmpty();
  }
}
