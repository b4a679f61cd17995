package io.kvstore.spring;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.TableBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/** Caches that are tables of a store, each made when it is first asked for. */
final class StoreCacheManager implements CacheManager {
  /** What the names of their tables begin with. */
  static final String TABLE_PREFIX = "cache.";

  private final KVStore<?, ?> store;
  private final CacheProperties properties;
  private final SerializedValues values;
  private final Map<String, Cache> caches = new ConcurrentHashMap<>();

  StoreCacheManager(KVStore<?, ?> store, CacheProperties properties, SerializedValues values) {
    this.store = store;
    this.properties = properties;
    this.values = values;
  }

  @Override
  public Cache getCache(String name) {
    return caches.computeIfAbsent(name, this::open);
  }

  @Override
  public Collection<String> getCacheNames() {
    return List.copyOf(caches.keySet());
  }

  private Cache open(String name) {
    return new StoreCache(name, table(name), values, properties.timeToLiveOf(name));
  }

  private KVStore<Bytes, Bytes> table(String cache) {
    return store.table(
        TABLE_PREFIX + cache,
        table -> {
          TableBuilder<Bytes, Bytes> settings = table.keys(Codecs.BYTES).values(Codecs.BYTES);
          return properties.consistency() == null
              ? settings
              : settings.consistency(properties.consistency());
        });
  }
}
