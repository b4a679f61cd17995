package io.kvstore.spring;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.support.AbstractValueAdaptingCache;

/** A cache that is a table of a store. It holds null, too. */
final class StoreCache extends AbstractValueAdaptingCache {
  private final String name;
  private final String valueName; // in messages
  private final KVStore<Bytes, Bytes> table;
  private final SerializedValues values;
  private final Optional<Duration> timeToLive;
  private final Map<Bytes, Loading> loadings = new ConcurrentHashMap<>();

  StoreCache(
      String name,
      KVStore<Bytes, Bytes> table,
      SerializedValues values,
      Optional<Duration> timeToLive) {
    super(true);
    this.name = name;
    valueName = "a value of the cache '" + name + "'";
    this.table = table;
    this.values = values;
    this.timeToLive = timeToLive;
  }

  @Override
  public String getName() {
    return name;
  }

  /** The table, with keys and values as bytes. */
  @Override
  public KVStore<Bytes, Bytes> getNativeCache() {
    return table;
  }

  // Reading; what follows on a future may take long, and must not run on the store's own thread

  @Override
  protected @Nullable Object lookup(Object key) {
    return table.get(keyOf(key)).flatMap(this::decoded).orElse(null);
  }

  @Override
  public CompletableFuture<?> retrieve(Object key) {
    return table
        .async()
        .get(keyOf(key))
        .thenApplyAsync(
            found -> found.flatMap(this::decoded).map(this::toValueWrapper).orElse(null));
  }

  @Override
  @SuppressWarnings("unchecked") // a cache has values of what type its users put into it
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
    Bytes encoded = keyOf(key);
    return table
        .async()
        .get(encoded)
        .thenComposeAsync(
            found ->
                found
                    .flatMap(this::decoded)
                    .map(stored -> CompletableFuture.completedFuture((T) fromStoreValue(stored)))
                    .orElseGet(() -> loader.get().thenCompose(loaded -> kept(encoded, loaded))));
  }

  private <T> CompletableFuture<T> kept(Bytes key, T loaded) {
    return table.async().update(put(key, loaded)).thenApplyAsync(done -> loaded);
  }

  // Loading

  /** A value that a thread loads, and others wait for. */
  private record Loading(Thread thread, CompletableFuture<Optional<Object>> value) {}

  @Override
  @SuppressWarnings("unchecked") // a cache has values of what type its users put into it
  public <T> @Nullable T get(Object key, Callable<T> loader) {
    ValueWrapper present = get(key);
    return (T) (present == null ? loaded(key, loader) : present.get());
  }

  private @Nullable Object loaded(Object key, Callable<?> loader) {
    Loading own = new Loading(Thread.currentThread(), new CompletableFuture<>());
    Bytes encoded = keyOf(key);
    Loading first = loadings.putIfAbsent(encoded, own);
    if (first == null) {
      return load(key, encoded, loader, own.value());
    }
    if (first.thread() == own.thread()) {
      return called(key, loader); // the loader asks for what it loads
    }
    try {
      return first.value().join().orElse(null);
    } catch (CompletionException failed) {
      throw new ValueRetrievalException(key, loader, failed.getCause());
    }
  }

  private @Nullable Object load(
      Object key, Bytes encoded, Callable<?> loader, CompletableFuture<Optional<Object>> result) {
    try {
      ValueWrapper present = get(key); // another thread may have loaded it just before
      Object value = present == null ? called(key, loader) : present.get();
      if (present == null) {
        table.update(put(encoded, value));
      }
      result.complete(Optional.ofNullable(value));
      return value;
    } catch (ValueRetrievalException failure) {
      result.completeExceptionally(failure.getCause());
      throw failure;
    } catch (Throwable failure) {
      result.completeExceptionally(failure);
      throw failure;
    } finally {
      loadings.remove(encoded);
    }
  }

  private static @Nullable Object called(Object key, Callable<?> loader) {
    try {
      return loader.call();
    } catch (Exception failure) {
      throw new ValueRetrievalException(key, loader, failure);
    }
  }

  // Writing

  @Override
  public void put(Object key, @Nullable Object value) {
    table.update(put(keyOf(key), value));
  }

  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    Written<Bytes> written = table.update(put(keyOf(key), value).ifAbsent());
    Optional<Object> present =
        written.applied()
            ? Optional.empty()
            : written.before().map(Versioned::value).flatMap(this::decoded);
    if (!written.applied() && present.isEmpty()) {
      put(key, value); // what stands there cannot be read
    }
    return present.map(this::toValueWrapper).orElse(null);
  }

  @Override
  public void evict(Object key) {
    evictIfPresent(key);
  }

  @Override
  public boolean evictIfPresent(Object key) {
    return table.remove(keyOf(key));
  }

  @Override
  public void clear() {
    table.clear();
  }

  @Override
  public boolean invalidate() {
    boolean hadEntries = table.size() > 0;
    clear();
    return hadEntries;
  }

  private Update<Bytes, Bytes> put(Bytes key, @Nullable Object value) {
    Update<Bytes, Bytes> update = Update.put(key, values.encode(valueName, toStoreValue(value)));
    return timeToLive.map(update::lifetime).orElse(update);
  }

  // Coding

  private Bytes keyOf(Object key) {
    return CacheKeys.encode(name, key);
  }

  private Optional<Object> decoded(Bytes bytes) {
    return values.decode(valueName, bytes);
  }
}
