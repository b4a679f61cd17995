package io.kvstore.jcache;

import io.kvstore.Bytes;
import io.kvstore.jcache.EntryOperations.Mode;
import java.util.Iterator;
import java.util.NoSuchElementException;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of a cache in the order of their encoded keys. It lists some keys at a
 * time, and reads each entry when it comes to it: what is stored or removed meanwhile may be seen
 * or not.
 */
final class EntryIterator<K, V> implements Iterator<Cache.Entry<K, V>> {
  private final Encoding<K> keys;
  private final Encoding<V> values;
  private final Iterator<Bytes> listed;
  private final EntryOperations<K, V> operations;
  private final Runnable requireOpen;
  private @Nullable CacheEntry<K, V> next;
  private @Nullable CacheEntry<K, V> last;

  EntryIterator(
      Encoding<K> keys,
      Encoding<V> values,
      Entries entries,
      EntryOperations<K, V> operations,
      Runnable requireOpen) {
    this.keys = keys;
    this.values = values;
    this.listed = entries.keys();
    this.operations = operations;
    this.requireOpen = requireOpen;
  }

  @Override
  public boolean hasNext() {
    requireOpen.run();
    while (next == null && listed.hasNext()) {
      next = read(keys.decode(listed.next()));
    }
    return next != null;
  }

  /** The entry, if it is still there. */
  private @Nullable CacheEntry<K, V> read(K key) {
    return operations
        .perform(key, Mode.LISTED, live -> live.isPresent() ? Step.access() : Step.none())
        .before()
        .map(entry -> new CacheEntry<>(key, values.decode(entry.value())))
        .orElse(null);
  }

  @Override
  public Cache.Entry<K, V> next() {
    CacheEntry<K, V> entry = hasNext() ? next : null;
    if (entry == null) {
      throw new NoSuchElementException("there are no more entries");
    }
    next = null;
    last = entry;
    return entry;
  }

  @Override
  public void remove() {
    requireOpen.run();
    if (last == null) {
      throw new IllegalStateException("there is no entry to remove: call next() first");
    }
    K key = last.key();
    last = null;
    operations.perform(key, Mode.WRITE, live -> Step.remove());
  }
}
