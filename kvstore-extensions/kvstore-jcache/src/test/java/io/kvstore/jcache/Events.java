package io.kvstore.jcache;

import java.util.List;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;

/** A listener that writes down what it is told. */
final class Events
    implements CacheEntryCreatedListener<String, String>,
        CacheEntryUpdatedListener<String, String>,
        CacheEntryRemovedListener<String, String>,
        CacheEntryExpiredListener<String, String> {
  private final List<String> told;

  private Events(List<String> told) {
    this.told = told;
  }

  /** A listener that adds to a list, under its lock. */
  static CacheEntryListener<String, String> of(List<String> told) {
    return new Events(told);
  }

  /** It is told by the thread that changes, and shown old values. */
  static CacheEntryListenerConfiguration<String, String> synchronous(List<String> told) {
    return new MutableCacheEntryListenerConfiguration<>(() -> of(told), null, true, true);
  }

  static long count(List<String> told, String type) {
    synchronized (told) {
      return told.stream().filter(each -> each.startsWith(type)).count();
    }
  }

  private void add(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    synchronized (told) {
      events.forEach(event -> told.add(event.toString()));
    }
  }

  @Override
  public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    add(events);
  }

  @Override
  public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    add(events);
  }

  @Override
  public void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    add(events);
  }

  @Override
  public void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
    add(events);
  }
}
