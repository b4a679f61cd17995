package io.kvstore;

import java.util.List;

/**
 * What one operation has changed on the replica that is watched: most often one key, with a batch
 * or a {@code clear} several, which changed together.
 *
 * @param shard the shard to which the keys belong; events of one shard have an order
 * @param version the number of the operation, which is the version of the entries that it left
 * @param changes the keys that it changed and that are watched, at least one
 * @param position from where a watch goes on that has seen this event
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record WatchEvent<K, V>(
    int shard, long version, List<Changed<K, V>> changes, WatchPosition position) {
  /** Copies the list. */
  public WatchEvent {
    changes = List.copyOf(changes);
  }
}
