package io.kvstore;

import java.time.Duration;

/**
 * One client of a store: its operations have an order, and what it has seen goes with it.
 *
 * <p>Closing a session ends the session, not the store.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface Session<K, V> extends KVStore<K, V> {
  /**
   * This same session, talking to another replica, which will show nothing older than the session
   * has seen.
   */
  @Override
  Session<K, V> at(NodeId node);

  @Override
  Session<K, V> withTimeout(Duration timeout);
}
