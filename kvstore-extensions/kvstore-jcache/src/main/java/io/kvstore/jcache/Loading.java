package io.kvstore.jcache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * What a cache has from elsewhere, by the loader that it is configured with.
 *
 * @param loader the loader, if there is one
 * @param isReadThrough whether it is asked for what is read and not there
 */
record Loading<K, V>(Optional<CacheLoader<K, V>> loader, boolean isReadThrough) {
  boolean readsThrough() {
    return isReadThrough && loader.isPresent();
  }

  /** The value of a key that is not in the cache; nothing without read-through. */
  Optional<V> read(K key) {
    return readsThrough()
        ? Optional.ofNullable(answered(() -> loader.orElseThrow().load(key)))
        : Optional.empty();
  }

  /** The values of keys, of those that have one. */
  Map<K, V> loadAll(Iterable<? extends K> keys) {
    Map<K, V> loaded = answered(() -> loader.orElseThrow().loadAll(keys));
    if (loaded == null) {
      throw new CacheLoaderException(
          "loadAll returned null: a map was expected, with what was found");
    }
    return loaded;
  }

  private static <T> @Nullable T answered(Callable<@Nullable T> question) {
    try {
      return question.call();
    } catch (CacheLoaderException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new CacheLoaderException("the cache loader throws: " + failure, failure);
    }
  }
}
