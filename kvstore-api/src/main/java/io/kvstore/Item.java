package io.kvstore;

/**
 * A key with its value and version, as scans and snapshots list them.
 *
 * @param key the key
 * @param value the value
 * @param version the number of the write that made the value
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record Item<K, V>(K key, V value, long version) {}
