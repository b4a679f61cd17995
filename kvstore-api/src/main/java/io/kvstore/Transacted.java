package io.kvstore;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a transaction did.
 *
 * @param succeeded whether all its conditions held, so that it did what follows {@code then}; or
 *     else it did what follows {@code otherwise}
 * @param reads what it read of the keys that have an entry, in the order of the reads; of a key
 *     that it read twice, the last
 * @param writes what each of its writes did, in their order
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record Transacted<K, V>(
    boolean succeeded, Map<K, Versioned<V>> reads, List<Written<V>> writes) {
  /** The value that it read of a key; nothing when there was none, or the key was not read. */
  public Optional<V> value(K key) {
    return Optional.ofNullable(reads.get(key)).map(Versioned::value);
  }
}
