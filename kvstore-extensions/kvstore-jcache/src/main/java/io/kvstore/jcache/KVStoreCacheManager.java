package io.kvstore.jcache;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.spi.Engine;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/** Caches that share one store: each is a table of it. */
final class KVStoreCacheManager implements CacheManager {
  private final CachingProvider provider;
  private final URI uri;
  private final ClassLoader classLoader;
  private final Properties properties;
  private final ManagerSettings settings;
  private final KVStore<Bytes, Bytes> store;
  private final Consumer<KVStoreCacheManager> whenClosed;

  private final Object lock = new Object();
  private final Map<String, KVStoreCache<?, ?>> caches = new TreeMap<>();
  private long tables;
  private volatile boolean isClosed;

  private KVStoreCacheManager(
      CachingProvider provider,
      URI uri,
      ClassLoader classLoader,
      Properties properties,
      ManagerSettings settings,
      KVStore<Bytes, Bytes> store,
      Consumer<KVStoreCacheManager> whenClosed) {
    this.provider = provider;
    this.uri = uri;
    this.classLoader = classLoader;
    this.properties = properties;
    this.settings = settings;
    this.store = store;
    this.whenClosed = whenClosed;
  }

  /**
   * Opens a store, and a manager of caches in it.
   *
   * @param whenClosed is told when the manager is closed
   */
  static KVStoreCacheManager open(
      CachingProvider provider,
      URI uri,
      ClassLoader classLoader,
      Properties properties,
      Consumer<KVStoreCacheManager> whenClosed) {
    ManagerSettings settings = ManagerSettings.of(uri, properties);
    return new KVStoreCacheManager(
        provider, uri, classLoader, properties, settings, opened(settings), whenClosed);
  }

  private static KVStore<Bytes, Bytes> opened(ManagerSettings settings) {
    StoreBuilder<Bytes, Bytes> builder =
        KVStore.builder()
            .keys(Codecs.BYTES)
            .values(Codecs.BYTES)
            .consistency(settings.consistency())
            .replicas(settings.replicas());
    // A builder looks with the context class loader of the thread, which may be any.
    List<Engine> engines =
        ServiceLoader.load(Engine.class, KVStoreCacheManager.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    try {
      return (engines.size() == 1 ? builder.engine(engines.get(0)) : builder).open();
    } catch (IllegalArgumentException | IllegalStateException refused) {
      throw new CacheException(refused.getMessage(), refused);
    }
  }

  @Override
  public <K, V, C extends Configuration<K, V>> Cache<K, V> createCache(
      String cacheName, C configuration) {
    requireOpen();
    requireNonNull(cacheName, "cacheName");
    KVStoreConfiguration<K, V> complete = complete(requireNonNull(configuration, "configuration"));
    synchronized (lock) {
      requireOpen();
      if (caches.containsKey(cacheName)) {
        throw new CacheException("there is a cache '" + cacheName + "' already");
      }
      CacheTable table =
          new CacheTable(
              store,
              CacheTable.nameOf(cacheName, ++tables),
              complete.getConsistency().orElseThrow(),
              complete.getShards().orElseThrow());
      KVStoreCache<K, V> cache = KVStoreCache.open(this, cacheName, complete, table);
      caches.put(cacheName, cache);
      return cache;
    }
  }

  /** A copy, with all that it leaves to the manager. */
  private <K, V> KVStoreConfiguration<K, V> complete(Configuration<K, V> configuration) {
    if (!configuration.isStoreByValue()) {
      throw new UnsupportedOperationException(
          "a cache in a kvstore holds values, and no references:"
              + " leave setStoreByValue(…) at true");
    }
    KVStoreConfiguration<K, V> complete =
        configuration instanceof CompleteConfiguration<K, V> all
            ? new KVStoreConfiguration<>(all)
            : new KVStoreConfiguration<>(
                new MutableConfiguration<K, V>()
                    .setTypes(configuration.getKeyType(), configuration.getValueType()));
    return complete
        .setConsistency(complete.getConsistency().orElse(settings.consistency()))
        .setShards(complete.getShards().orElse(settings.shards()));
  }

  @Override
  @SuppressWarnings("unchecked") // the types were compared
  public <K, V> @Nullable Cache<K, V> getCache(
      String cacheName, Class<K> keyType, Class<V> valueType) {
    requireNonNull(keyType, "keyType");
    requireNonNull(valueType, "valueType");
    KVStoreCache<?, ?> cache = find(cacheName);
    if (cache == null) {
      return null;
    }
    requireSame("keys", cacheName, cache.keyType(), keyType);
    requireSame("values", cacheName, cache.valueType(), valueType);
    return (Cache<K, V>) cache;
  }

  private static void requireSame(String what, String cache, Class<?> configured, Class<?> wanted) {
    if (!configured.equals(wanted)) {
      throw new ClassCastException(
          "the "
              + what
              + " of the cache '"
              + cache
              + "' are configured to be "
              + configured.getName()
              + ", not "
              + wanted.getName());
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the caller says which types they are
  public <K, V> @Nullable Cache<K, V> getCache(String cacheName) {
    return (Cache<K, V>) find(cacheName);
  }

  private @Nullable KVStoreCache<?, ?> find(String cacheName) {
    requireOpen();
    requireNonNull(cacheName, "cacheName");
    synchronized (lock) {
      return caches.get(cacheName);
    }
  }

  /** The names at this moment. */
  @Override
  public Iterable<String> getCacheNames() {
    requireOpen();
    synchronized (lock) {
      return List.copyOf(caches.keySet());
    }
  }

  @Override
  public void destroyCache(String cacheName) {
    KVStoreCache<?, ?> cache = find(cacheName);
    if (cache != null) {
      cache.close();
    }
  }

  /** A cache is being closed: another one may have its name. */
  void release(KVStoreCache<?, ?> closed) {
    synchronized (lock) {
      caches.remove(closed.getName(), closed);
    }
  }

  @Override
  public void enableStatistics(String cacheName, boolean enabled) {
    existing(cacheName).setStatisticsEnabled(enabled);
  }

  @Override
  public void enableManagement(String cacheName, boolean enabled) {
    existing(cacheName).setManagementEnabled(enabled);
  }

  private KVStoreCache<?, ?> existing(String cacheName) {
    KVStoreCache<?, ?> cache = find(cacheName);
    if (cache == null) {
      throw new IllegalArgumentException(
          "there is no cache '" + cacheName + "': caches are " + getCacheNames());
    }
    return cache;
  }

  @Override
  public CachingProvider getCachingProvider() {
    return provider;
  }

  @Override
  public URI getURI() {
    return uri;
  }

  @Override
  public ClassLoader getClassLoader() {
    return classLoader;
  }

  @Override
  public Properties getProperties() {
    return properties;
  }

  @Override
  public boolean isClosed() {
    return isClosed;
  }

  private void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException("the cache manager " + uri + " is closed");
    }
  }

  @Override
  public void close() {
    List<KVStoreCache<?, ?>> open;
    synchronized (lock) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      open = new ArrayList<>(caches.values());
    }
    whenClosed.accept(this);
    // Without the lock: what a cache waits for may ask the manager for something.
    open.forEach(KVStoreCache::close);
    store.close();
  }

  /** This manager, or its {@link KVStore}, whose cluster has the nodes of all its caches. */
  @Override
  public <T> T unwrap(Class<T> type) {
    return type == KVStore.class ? type.cast(store) : Unwrapping.of(this, type);
  }
}
