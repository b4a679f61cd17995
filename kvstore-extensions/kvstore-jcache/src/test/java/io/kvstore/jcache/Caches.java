package io.kvstore.jcache;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.net.URI;
import java.util.Locale;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.MutableConfiguration;

/** A provider with one manager, which a test closes. */
final class Caches implements AutoCloseable {
  private final KVStoreCachingProvider provider = new KVStoreCachingProvider();
  private final CacheManager manager;

  private Caches(String uri) {
    manager = provider.getCacheManager(URI.create(uri), null, new Properties());
  }

  static Caches of(Consistency level) {
    return of("kvstore:test?consistency=" + level.name().toLowerCase(Locale.ROOT));
  }

  static Caches of(String uri) {
    return new Caches(uri);
  }

  static Caches linearizable() {
    return of(Consistency.LINEARIZABLE);
  }

  CacheManager manager() {
    return manager;
  }

  KVStore<?, ?> store() {
    return manager.unwrap(KVStore.class);
  }

  /** A new cache of texts. */
  Cache<String, String> texts() {
    return manager.createCache("texts", configuration(String.class, String.class));
  }

  <K, V> Cache<K, V> cache(CompleteConfiguration<K, V> configuration) {
    return manager.createCache("cache", configuration);
  }

  static <K, V> MutableConfiguration<K, V> configuration(Class<K> keys, Class<V> values) {
    return new MutableConfiguration<K, V>().setTypes(keys, values);
  }

  /** The client of a cache's table, as it encodes its keys and values. */
  @SuppressWarnings("unchecked") // it is made with the codecs of the cache
  static <K, V> KVStore<K, V> table(Cache<K, V> cache) {
    return cache.unwrap(KVStore.class);
  }

  /** The configuration of a cache, with kvstore's own settings. */
  @SuppressWarnings("unchecked") // its type cannot be said in a class
  static <K, V> KVStoreConfiguration<K, V> configurationOf(Cache<K, V> cache) {
    return cache.getConfiguration(KVStoreConfiguration.class);
  }

  @Override
  public void close() {
    provider.close();
  }
}
