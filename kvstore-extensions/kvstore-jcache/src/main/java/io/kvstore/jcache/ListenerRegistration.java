package io.kvstore.jcache;

import java.util.List;
import java.util.Optional;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;

/** A listener with its filter, as one configuration has asked for it. */
final class ListenerRegistration<K, V> {
  private final CacheEntryListenerConfiguration<K, V> configuration;
  private final CacheEntryListener<? super K, ? super V> listener;
  private final Optional<CacheEntryEventFilter<? super K, ? super V>> filter;
  private volatile boolean isClosed;

  ListenerRegistration(CacheEntryListenerConfiguration<K, V> configuration) {
    this.configuration = configuration;
    this.listener = configuration.getCacheEntryListenerFactory().create();
    Factory<CacheEntryEventFilter<? super K, ? super V>> filters =
        configuration.getCacheEntryEventFilterFactory();
    this.filter = filters == null ? Optional.empty() : Optional.of(filters.create());
  }

  CacheEntryListenerConfiguration<K, V> configuration() {
    return configuration;
  }

  boolean isSynchronous() {
    return configuration.isSynchronous();
  }

  boolean needsOldValue() {
    return configuration.isOldValueRequired();
  }

  boolean takes(EventType type) {
    return switch (type) {
      case CREATED -> listener instanceof CacheEntryCreatedListener;
      case UPDATED -> listener instanceof CacheEntryUpdatedListener;
      case REMOVED -> listener instanceof CacheEntryRemovedListener;
      case EXPIRED -> listener instanceof CacheEntryExpiredListener;
    };
  }

  /**
   * Tells the listener of an event, unless the filter keeps it back, or it is closed by now.
   *
   * @throws CacheEntryListenerException when either of them throws
   */
  void tell(CacheEntryEvent<K, V> event) {
    try {
      if (!isClosed && (filter.isEmpty() || filter.get().evaluate(event))) {
        call(event);
      }
    } catch (CacheEntryListenerException failure) {
      throw failure;
    } catch (RuntimeException failure) {
      throw new CacheEntryListenerException(
          "the listener " + listener + " throws: " + failure, failure);
    }
  }

  // A listener of ? super K and ? super V takes events of K and V, which its signature cannot say.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private void call(CacheEntryEvent<K, V> event) {
    List events = List.of(event);
    switch (event.getEventType()) {
      case CREATED -> ((CacheEntryCreatedListener) listener).onCreated(events);
      case UPDATED -> ((CacheEntryUpdatedListener) listener).onUpdated(events);
      case REMOVED -> ((CacheEntryRemovedListener) listener).onRemoved(events);
      case EXPIRED -> ((CacheEntryExpiredListener) listener).onExpired(events);
    }
  }

  /** Closes the listener and the filter, where they can be closed. */
  void close() {
    isClosed = true;
    Closing.quietly(listener);
    filter.ifPresent(Closing::quietly);
  }
}
