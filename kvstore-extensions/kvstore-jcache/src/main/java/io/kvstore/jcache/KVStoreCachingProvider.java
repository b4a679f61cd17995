package io.kvstore.jcache;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/**
 * Provides cache managers whose caches are replicated by kvstore.
 *
 * <pre>{@code
 * CachingProvider provider = Caching.getCachingProvider();
 * CacheManager manager =
 *     provider.getCacheManager(URI.create("kvstore:orders?consistency=eventual"), null);
 * Cache<String, Long> cache =
 *     manager.createCache(
 *         "prices", new MutableConfiguration<String, Long>().setTypes(String.class, Long.class));
 * }</pre>
 *
 * <p>The URI of a manager is {@code kvstore:NAME?OPTION=VALUE&…}. The options are {@code
 * consistency} ({@code linearizable} unless said otherwise), {@code replicas} (3) and {@code
 * shards} (1). What it does not say is taken from the properties of the manager, or else from the
 * system properties: {@code io.kvstore.jcache.consistency} and so on.
 */
public final class KVStoreCachingProvider implements CachingProvider {
  private static final URI DEFAULT_URI = URI.create(ManagerSettings.SCHEME + ":default");

  private record Identity(URI uri, ClassLoader classLoader) {}

  private final Map<Identity, KVStoreCacheManager> managers = new LinkedHashMap<>();

  /** A provider without managers. {@link javax.cache.Caching} makes one for each class loader. */
  public KVStoreCachingProvider() {}

  /**
   * The manager of a URI and class loader. It is made if there is none, with a store of its own.
   *
   * @throws javax.cache.CacheException when the URI or the properties are not understood
   */
  @Override
  public CacheManager getCacheManager(
      @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
    Identity identity = identity(uri, classLoader);
    synchronized (managers) {
      KVStoreCacheManager manager = managers.get(identity);
      if (manager == null || manager.isClosed()) {
        Properties own = new Properties();
        if (properties != null) {
          properties
              .stringPropertyNames()
              .forEach(name -> own.setProperty(name, properties.getProperty(name)));
        }
        manager =
            KVStoreCacheManager.open(
                this, identity.uri(), identity.classLoader(), own, this::release);
        managers.put(identity, manager);
      }
      return manager;
    }
  }

  @Override
  public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    return getCacheManager(uri, classLoader, getDefaultProperties());
  }

  @Override
  public CacheManager getCacheManager() {
    return getCacheManager(getDefaultURI(), getDefaultClassLoader(), getDefaultProperties());
  }

  private Identity identity(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    return new Identity(
        uri == null ? getDefaultURI() : uri,
        classLoader == null ? getDefaultClassLoader() : classLoader);
  }

  private void release(KVStoreCacheManager closed) {
    synchronized (managers) {
      managers.values().remove(closed);
    }
  }

  @Override
  public ClassLoader getDefaultClassLoader() {
    return KVStoreCachingProvider.class.getClassLoader();
  }

  /** {@code kvstore:default}. */
  @Override
  public URI getDefaultURI() {
    return DEFAULT_URI;
  }

  /** None: what they do not say is taken from the system properties. */
  @Override
  public Properties getDefaultProperties() {
    return new Properties();
  }

  @Override
  public void close() {
    closeAll(identity -> true);
  }

  @Override
  public void close(@Nullable ClassLoader classLoader) {
    ClassLoader meant = classLoader == null ? getDefaultClassLoader() : classLoader;
    closeAll(identity -> identity.classLoader().equals(meant));
  }

  @Override
  public void close(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    closeAll(identity(uri, classLoader)::equals);
  }

  private void closeAll(Predicate<Identity> which) {
    List<KVStoreCacheManager> meant = new ArrayList<>();
    synchronized (managers) {
      managers.forEach(
          (identity, manager) -> {
            if (which.test(identity)) {
              meant.add(manager);
            }
          });
    }
    // A manager takes itself away from here, while other threads may ask for one.
    meant.forEach(KVStoreCacheManager::close);
  }

  /** False: a store holds bytes, and no references. */
  @Override
  public boolean isSupported(OptionalFeature feature) {
    return false;
  }
}
