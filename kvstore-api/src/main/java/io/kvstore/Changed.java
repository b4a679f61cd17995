package io.kvstore;

import java.util.Optional;

/**
 * A key whose entry was changed.
 *
 * @param key the key
 * @param now what stands there now; nothing when it was removed
 * @param cause why it was changed
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record Changed<K, V>(K key, Optional<Versioned<V>> now, Cause cause) {
  /** Why an entry was changed. That one has expired is no change that is told. */
  public enum Cause {
    /** A client has written it. */
    WRITTEN,
    /** A client has removed it. */
    REMOVED,
    /** It was removed for others to have room, see {@link StoreBuilder#maximumEntries}. */
    EVICTED
  }

  /** What a client has done to a key. */
  public Changed(K key, Optional<Versioned<V>> now) {
    this(key, now, now.isEmpty() ? Cause.REMOVED : Cause.WRITTEN);
  }

  /** Whether the key was taken away. */
  public boolean isRemoval() {
    return now.isEmpty();
  }
}
