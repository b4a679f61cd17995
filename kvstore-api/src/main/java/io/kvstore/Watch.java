package io.kvstore;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What changes in a store, as it happens on the replica that is watched: every change once, and in
 * that replica's order. With several shards it is one order for each.
 *
 * <pre>{@code
 * try (Watch<String, String> watch = store.watch(Scan.prefix("user/"))) {
 *   for (WatchEvent<String, String> event : watch) {              // waits for the next
 *     event.changes().forEach(change -> index(change.key(), change.now()));
 *     remember(event.position().toString());                      // to go on from here another day
 *   }
 * }
 * }</pre>
 *
 * <p>A replica keeps its last changes, as many as {@link Limits#changesKept()} says, for all
 * watches together; a watch has no buffer of its own. So a slow watch holds up no writer and takes
 * no memory, but one that is further behind than that ends with {@link HistoryGoneException}. When
 * its replica is lost, a watch goes on at another one, without a gap, or ends with the same
 * exception.
 *
 * <p>Only {@link #close} and {@link #position} may be called by any thread; the rest belongs to one
 * at a time.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface Watch<K, V> extends AutoCloseable, Iterable<WatchEvent<K, V>> {
  /**
   * Waits for the next event.
   *
   * @param atMost how long to wait; zero just looks what is there
   * @return the event; nothing when none has come in time, or the watch was closed meanwhile
   * @throws HistoryGoneException when the next one is not known any more; the watch is over
   * @throws IllegalStateException when the watch or its store is closed already
   * @throws UndecodableException when the store's codecs cannot decode it; the watch has passed it
   */
  Optional<WatchEvent<K, V>> poll(Duration atMost);

  /**
   * Goes through the events as they come: {@code hasNext()} waits for the next, and is false once
   * the watch or its store is closed. In a simulation it is also false when nothing is left to
   * happen.
   *
   * @throws HistoryGoneException from {@code hasNext()}, as {@link #poll} does
   * @throws NoSuchElementException from {@code next()}, when there is none
   * @throws UndecodableException from {@code next()}, as {@link #poll} does
   */
  @Override
  Iterator<WatchEvent<K, V>> iterator();

  /** From where a watch goes on that has seen what this one has returned. */
  WatchPosition position();

  /** The replica of a shard that is watched now. */
  NodeId watched(int shard);

  /** Whether there may be more: it was not closed, and history is not gone. */
  boolean isOpen();

  /** Ends the watch. A caller that waits for an event stops waiting. A second call does nothing. */
  @Override
  void close();
}
