package io.kvstore.jcache;

import io.kvstore.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.EventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a cache. Synchronous ones are told by the thread that has changed the entry,
 * which has the lock of its key; the others by one thread of the cache, in the order of changes.
 */
final class Listeners<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final Cache<K, V> source;
  private final Encoding<K> keys;
  private final Encoding<V> values;
  private final Background background;
  private final List<ListenerRegistration<K, V>> registrations = new CopyOnWriteArrayList<>();

  Listeners(Cache<K, V> source, Encoding<K> keys, Encoding<V> values, Background background) {
    this.source = source;
    this.keys = keys;
    this.values = values;
    this.background = background;
  }

  void add(CacheEntryListenerConfiguration<K, V> configuration) {
    registrations.add(new ListenerRegistration<>(configuration));
  }

  void remove(CacheEntryListenerConfiguration<K, V> configuration) {
    for (ListenerRegistration<K, V> each : List.copyOf(registrations)) {
      if (each.configuration().equals(configuration) && registrations.remove(each)) {
        each.close();
      }
    }
  }

  boolean take(EventType type) {
    for (ListenerRegistration<K, V> each : registrations) {
      if (each.takes(type)) {
        return true;
      }
    }
    return false;
  }

  void tellCreated(Bytes key, Bytes value) {
    tell(EventType.CREATED, key, Optional.of(value), Optional.empty());
  }

  void tellUpdated(Bytes key, Bytes value, Bytes before) {
    tell(EventType.UPDATED, key, Optional.of(value), Optional.of(before));
  }

  void tellRemoved(Bytes key, Bytes before) {
    tell(EventType.REMOVED, key, Optional.empty(), Optional.of(before));
  }

  void tellExpired(Bytes key, Bytes before) {
    tell(EventType.EXPIRED, key, Optional.empty(), Optional.of(before));
  }

  /** Tells all that take it, also when some of them throw, and then throws the first of that. */
  private void tell(EventType type, Bytes key, Optional<Bytes> value, Optional<Bytes> before) {
    Failures failures = new Failures();
    for (ListenerRegistration<K, V> each : registrations) {
      if (each.takes(type)) {
        Optional<Bytes> shown = each.needsOldValue() ? before : Optional.empty();
        failures.caught(() -> tell(each, event(type, key, value, shown)));
      }
    }
    failures.rethrow();
  }

  private void tell(ListenerRegistration<K, V> registration, EntryEvent<K, V> event) {
    if (registration.isSynchronous()) {
      registration.tell(event);
    } else {
      background.tell(() -> tellLater(registration, event));
    }
  }

  /** Of what is gone, the value is the old value: the listener is shown both or none. */
  private EntryEvent<K, V> event(
      EventType type, Bytes key, Optional<Bytes> value, Optional<Bytes> before) {
    try {
      V oldValue = before.map(values::decode).orElse(null);
      V newValue = value.map(values::decode).orElse(oldValue);
      return new EntryEvent<>(source, type, keys.decode(key), newValue, oldValue);
    } catch (RuntimeException unreadable) {
      throw new CacheEntryListenerException(
          "it is done, but a listener cannot be shown it: " + unreadable.getMessage(), unreadable);
    }
  }

  private void tellLater(ListenerRegistration<K, V> registration, EntryEvent<K, V> event) {
    try {
      registration.tell(event);
    } catch (CacheEntryListenerException failure) {
      LOG.warn("a listener of the cache {} failed on: {}", source.getName(), event, failure);
    }
  }

  void close() {
    registrations.forEach(ListenerRegistration::close);
    registrations.clear();
  }
}
