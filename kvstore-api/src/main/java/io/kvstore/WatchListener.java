package io.kvstore;

import java.util.Optional;

/**
 * Is told of changes, by one thread at a time that nothing else waits for: it may take its time,
 * and call the store. What it throws is logged, and it is told the next event.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface WatchListener<K, V> {
  /** The next event. */
  void on(WatchEvent<K, V> event);

  /**
   * An event came that the store's codecs cannot decode, in the place of {@link #on}: something has
   * changed, and what cannot be told. Unless a listener says otherwise this is thrown, and so
   * logged.
   */
  default void onUndecodable(UndecodableException undecodable) {
    throw undecodable;
  }

  /**
   * Nothing more will come.
   *
   * @param gone why, when the next change is not known any more; nothing when the watch or its
   *     store was closed
   */
  default void onEnd(Optional<HistoryGoneException> gone) {}
}
