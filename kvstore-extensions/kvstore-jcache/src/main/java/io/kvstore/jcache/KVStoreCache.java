package io.kvstore.jcache;

import static java.util.Objects.requireNonNull;

import io.kvstore.KVStore;
import io.kvstore.jcache.EntryOperations.Mode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/** A cache whose entries are a table of its manager's store. */
final class KVStoreCache<K, V> implements Cache<K, V> {
  private final KVStoreCacheManager manager;
  private final String name;
  private final CacheTable table;
  private final Customizations<K, V> customizations;
  private final Encoding<K> keys;
  private final Encoding<V> values;
  private final Entries entries;
  private final Loading<K, V> loading;
  private final EntryOperations<K, V> operations;
  private final BulkOperations<K, V> bulk;
  private final Background background;
  private final CurrentConfiguration<K, V> current;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private KVStoreCache(
      KVStoreCacheManager manager,
      String name,
      KVStoreConfiguration<K, V> configuration,
      CacheTable table,
      Entries entries,
      Customizations<K, V> customizations) {
    this.manager = manager;
    this.name = name;
    this.table = table;
    this.entries = entries;
    this.customizations = customizations;
    keys = Encoding.of(configuration.getKeyType(), manager.getClassLoader());
    values = Encoding.of(configuration.getValueType(), manager.getClassLoader());
    background = new Background(name);
    loading = new Loading<>(customizations.loader(), configuration.isReadThrough());
    Writing<K, V> writing =
        new Writing<>(customizations.writer().filter(any -> configuration.isWriteThrough()));
    Listeners<K, V> listeners = new Listeners<>(this, keys, values, background);
    Statistics statistics = new Statistics();
    current =
        new CurrentConfiguration<>(configuration, listeners, statistics, manager.getURI(), name);
    operations =
        new EntryOperations<>(
            keys,
            values,
            entries,
            new Expiry(customizations.expiryPolicy()),
            writing,
            listeners,
            statistics,
            background);
    bulk = new BulkOperations<>(keys, values, entries, operations, loading, writing, background);
  }

  /** Opens a cache in a new table. */
  static <K, V> KVStoreCache<K, V> open(
      KVStoreCacheManager manager,
      String name,
      KVStoreConfiguration<K, V> configuration,
      CacheTable table) {
    Customizations<K, V> customizations = Customizations.of(configuration);
    try {
      Entries entries = new Entries(table.opened());
      KVStoreCache<K, V> cache =
          new KVStoreCache<>(manager, name, configuration, table, entries, customizations);
      cache.current.start();
      return cache;
    } catch (RuntimeException failure) {
      customizations.close();
      table.drop();
      throw failure;
    }
  }

  // Reading

  @Override
  public @Nullable V get(K key) {
    requireOpen();
    requireNonNull(key, "key");
    Outcome<V> outcome =
        operations.perform(
            key,
            Mode.READ,
            live ->
                live.isPresent()
                    ? Step.access()
                    : loading.read(key).map(Step::load).orElseGet(Step::none));
    return outcome.step().kind() == Step.Kind.LOAD ? outcome.step().value() : before(outcome);
  }

  private @Nullable V before(Outcome<V> outcome) {
    return outcome.before().map(stored -> values.decode(stored.value())).orElse(null);
  }

  @Override
  public Map<K, V> getAll(Set<? extends K> wanted) {
    requireOpen();
    return bulk.getAll(copied(wanted));
  }

  @Override
  public boolean containsKey(K key) {
    requireOpen();
    return bulk.contains(requireNonNull(key, "key"));
  }

  @Override
  public Iterator<Cache.Entry<K, V>> iterator() {
    requireOpen();
    return new EntryIterator<>(keys, values, entries, operations, this::requireOpen);
  }

  @Override
  public void loadAll(
      Set<? extends K> wanted, boolean replaceExisting, @Nullable CompletionListener listener) {
    requireOpen();
    Set<K> toLoad = copied(wanted);
    CompletionListener told = BulkOperations.orLog(listener);
    if (loading.loader().isEmpty()) {
      told.onCompletion();
    } else {
      bulk.loadAll(toLoad, replaceExisting, told);
    }
  }

  // Writing

  @Override
  public void put(K key, V value) {
    requireOpen();
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    operations.perform(key, Mode.WRITE, live -> Step.put(value));
  }

  @Override
  public @Nullable V getAndPut(K key, V value) {
    requireOpen();
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return before(operations.perform(key, Mode.READ, live -> Step.put(value)));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> map) {
    requireOpen();
    Map<K, V> copy = new LinkedHashMap<>();
    requireNonNull(map, "map")
        .forEach(
            (key, value) -> copy.put(requireNonNull(key, "key"), requireNonNull(value, "value")));
    bulk.putAll(copy);
  }

  @Override
  public boolean putIfAbsent(K key, V value) {
    requireOpen();
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return operations
        .perform(key, Mode.READ, live -> live.isPresent() ? Step.none() : Step.put(value))
        .isDone();
  }

  @Override
  public boolean replace(K key, V value) {
    return replaced(key, value).isDone();
  }

  @Override
  public @Nullable V getAndReplace(K key, V value) {
    return before(replaced(key, value));
  }

  private Outcome<V> replaced(K key, V value) {
    requireOpen();
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    return operations.perform(
        key, Mode.READ, live -> live.isPresent() ? Step.put(value) : Step.none());
  }

  @Override
  public boolean replace(K key, V oldValue, V newValue) {
    requireOpen();
    requireNonNull(newValue, "newValue");
    return changedIf(key, oldValue, Step.put(newValue));
  }

  @Override
  public boolean remove(K key) {
    requireOpen();
    requireNonNull(key, "key");
    return operations.perform(key, Mode.WRITE, live -> Step.remove()).isDone();
  }

  @Override
  public boolean remove(K key, V oldValue) {
    return changedIf(key, oldValue, Step.remove());
  }

  /** Takes a step if the entry has a value; if it has another one, that has been read. */
  private boolean changedIf(K key, V oldValue, Step<V> step) {
    requireOpen();
    requireNonNull(key, "key");
    requireNonNull(oldValue, "oldValue");
    return operations
        .perform(
            key,
            Mode.READ,
            live -> {
              if (live.isEmpty()) {
                return Step.none();
              }
              V now = values.decode(live.get().value());
              return Objects.deepEquals(now, oldValue) ? step : Step.access();
            })
        .isDone();
  }

  @Override
  public @Nullable V getAndRemove(K key) {
    requireOpen();
    requireNonNull(key, "key");
    return before(operations.perform(key, Mode.READ, live -> Step.remove()));
  }

  @Override
  public void removeAll(Set<? extends K> unwanted) {
    requireOpen();
    bulk.removeAll(copied(unwanted));
  }

  @Override
  public void removeAll() {
    requireOpen();
    bulk.removeAll();
  }

  @Override
  public void clear() {
    requireOpen();
    entries.clear();
  }

  private static <K> Set<K> copied(Set<? extends K> keys) {
    Set<K> copy = new LinkedHashSet<>();
    for (K key : requireNonNull(keys, "keys")) {
      copy.add(requireNonNull(key, "key"));
    }
    return copy;
  }

  // Entry processors

  @Override
  public <T> @Nullable T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    requireOpen();
    requireNonNull(key, "key");
    requireNonNull(processor, "processor");
    Invocation<K, V, T> invocation = new Invocation<>(key, processor, arguments, values, loading);
    operations.perform(key, Mode.READ, invocation);
    return invocation.result();
  }

  @Override
  public <T> Map<K, EntryProcessorResult<T>> invokeAll(
      Set<? extends K> each, EntryProcessor<K, V, T> processor, Object... arguments) {
    requireOpen();
    requireNonNull(processor, "processor");
    return bulk.invokeAll(copied(each), processor, arguments);
  }

  // Listeners

  @Override
  public void registerCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
    requireOpen();
    requireNonNull(listener, "listener");
    current.register(listener);
  }

  @Override
  public void deregisterCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
    requireOpen();
    requireNonNull(listener, "listener");
    current.deregister(listener);
  }

  // The cache itself

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CacheManager getCacheManager() {
    return manager;
  }

  Class<K> keyType() {
    return keys.type();
  }

  Class<V> valueType() {
    return values.type();
  }

  /** A copy of the configuration as it is now. */
  @Override
  public <C extends Configuration<K, V>> C getConfiguration(Class<C> type) {
    return Unwrapping.of(current.copy(), type);
  }

  void setStatisticsEnabled(boolean enabled) {
    current.setStatisticsEnabled(enabled);
  }

  void setManagementEnabled(boolean enabled) {
    current.setManagementEnabled(enabled);
  }

  /** This cache, or its {@link KVStore}: a client of its table, which writes nothing through. */
  @Override
  public <T> T unwrap(Class<T> type) {
    if (type == KVStore.class) {
      requireOpen();
      return type.cast(table.opened(keys.codec(), values.codec()));
    }
    return Unwrapping.of(this, type);
  }

  @Override
  public boolean isClosed() {
    return isClosed.get();
  }

  private void requireOpen() {
    if (isClosed()) {
      throw new IllegalStateException("the cache '" + name + "' is closed");
    }
  }

  /** Ends the cache with all that it holds: no other one could find that again. */
  @Override
  public void close() {
    if (isClosed.getAndSet(true)) {
      return;
    }
    manager.release(this);
    background.close();
    current.close();
    customizations.close();
    table.drop();
  }
}
