package io.kvstore.jcache;

import io.kvstore.Bytes;
import io.kvstore.jcache.EntryOperations.Mode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.integration.CacheWriterException;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operations on many keys. Each entry is changed by itself; the loader and the writer are asked for
 * all of them together. What the writer has not taken is not changed here.
 */
final class BulkOperations<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(BulkOperations.class);
  private static final int PAGE = 1_000;

  private final Encoding<K> keys;
  private final Encoding<V> values;
  private final Entries entries;
  private final EntryOperations<K, V> operations;
  private final Loading<K, V> loading;
  private final Writing<K, V> writing;
  private final Background background;

  BulkOperations(
      Encoding<K> keys,
      Encoding<V> values,
      Entries entries,
      EntryOperations<K, V> operations,
      Loading<K, V> loading,
      Writing<K, V> writing,
      Background background) {
    this.keys = keys;
    this.values = values;
    this.entries = entries;
    this.operations = operations;
    this.loading = loading;
    this.writing = writing;
    this.background = background;
  }

  /** The values of the keys that have one, here or where the loader looks. */
  Map<K, V> getAll(Set<K> wanted) {
    Map<K, V> found = new LinkedHashMap<>();
    Set<K> missing = new LinkedHashSet<>();
    for (K key : wanted) {
      Outcome<V> outcome =
          operations.perform(
              key, Mode.READ, live -> live.isPresent() ? Step.access() : Step.none());
      outcome
          .before()
          .ifPresentOrElse(
              entry -> found.put(key, values.decode(entry.value())), () -> missing.add(key));
    }
    if (loading.readsThrough() && !missing.isEmpty()) {
      found.putAll(store(loading.loadAll(missing), false));
    }
    return found;
  }

  /** Stores what was loaded; returns it. */
  private Map<K, V> store(Map<K, V> loaded, boolean replacesExisting) {
    Map<K, V> stored = new LinkedHashMap<>();
    Failures failures = new Failures();
    loaded.forEach(
        (key, value) -> {
          if (value != null) {
            stored.put(key, value);
            failures.caught(
                () ->
                    operations.perform(
                        key,
                        Mode.WRITE,
                        live ->
                            live.isEmpty() || replacesExisting ? Step.load(value) : Step.none()));
          }
        });
    failures.rethrow();
    return stored;
  }

  /** Loads keys while the caller goes on. */
  void loadAll(Set<K> wanted, boolean replacesExisting, CompletionListener listener) {
    try {
      background.load(
          () -> load(wanted, replacesExisting, listener),
          () -> listener.onException(new CacheException("the cache was closed before it loaded")));
    } catch (RejectedExecutionException full) {
      listener.onException(new CacheException("too much is being loaded already", full));
    }
  }

  private void load(Set<K> wanted, boolean replacesExisting, CompletionListener listener) {
    try {
      Set<K> toLoad = new LinkedHashSet<>(wanted);
      if (!replacesExisting) {
        toLoad.removeIf(this::contains);
      }
      store(loading.loadAll(toLoad), replacesExisting);
    } catch (RuntimeException failure) {
      listener.onException(failure);
      return;
    }
    listener.onCompletion();
  }

  /** The same listener; or one that logs, where no caller waits for the load. */
  static CompletionListener orLog(@Nullable CompletionListener listener) {
    return listener != null
        ? listener
        : new CompletionListener() {
          @Override
          public void onCompletion() {}

          @Override
          public void onException(Exception failure) {
            LOG.warn("loadAll failed", failure);
          }
        };
  }

  boolean contains(K key) {
    return entries.find(keys.encode(key)).filter(stored -> !stored.isExpired()).isPresent();
  }

  void putAll(Map<K, V> map) {
    if (!writing.isOn()) {
      putEach(map, Mode.WRITE);
      return;
    }
    List<Cache.Entry<? extends K, ? extends V>> toWrite = new ArrayList<>();
    map.forEach(
        (key, value) -> {
          values.encode(value); // The writer is told nothing that is refused here.
          toWrite.add(new CacheEntry<>(key, value));
        });
    operations
        .locks()
        .locked(
            encoded(map.keySet()),
            () -> {
              Optional<CacheWriterException> failure = writing.writeAll(toWrite);
              Map<K, V> written = new LinkedHashMap<>(map);
              toWrite.forEach(entry -> written.remove(entry.getKey()));
              finish(failure, () -> putEach(written, Mode.WRITTEN));
            });
  }

  private void putEach(Map<K, V> map, Mode mode) {
    Failures failures = new Failures();
    map.forEach(
        (key, value) ->
            failures.caught(() -> operations.perform(key, mode, live -> Step.put(value))));
    failures.rethrow();
  }

  void removeAll(Set<K> unwanted) {
    if (!writing.isOn()) {
      removeEach(unwanted, Mode.WRITE);
      return;
    }
    operations
        .locks()
        .locked(
            encoded(unwanted),
            () -> {
              Set<K> toDelete = new HashSet<>(unwanted);
              Optional<CacheWriterException> failure = writing.deleteAll(toDelete);
              Set<K> deleted = new LinkedHashSet<>(unwanted);
              deleted.removeAll(toDelete);
              finish(failure, () -> removeEach(deleted, Mode.WRITTEN));
            });
  }

  /** Removes all entries, some at a time. */
  void removeAll() {
    Iterator<Bytes> all = entries.keys();
    while (all.hasNext()) {
      Set<K> unwanted = new LinkedHashSet<>();
      while (unwanted.size() < PAGE && all.hasNext()) {
        unwanted.add(keys.decode(all.next()));
      }
      removeAll(unwanted);
    }
  }

  private void removeEach(Set<K> unwanted, Mode mode) {
    Failures failures = new Failures();
    for (K key : unwanted) {
      failures.caught(() -> operations.perform(key, mode, live -> Step.remove()));
    }
    failures.rethrow();
  }

  /** What the processor returns for each key, or throws; nothing where it returns null. */
  <T> Map<K, EntryProcessorResult<T>> invokeAll(
      Set<K> each, EntryProcessor<K, V, T> processor, Object[] arguments) {
    Map<K, EntryProcessorResult<T>> results = new LinkedHashMap<>();
    for (K key : each) {
      Invocation<K, V, T> invocation = new Invocation<>(key, processor, arguments, values, loading);
      try {
        operations.perform(key, Mode.READ, invocation);
        T result = invocation.result();
        if (result != null) {
          results.put(key, () -> result);
        }
      } catch (CacheException failure) {
        results.put(key, failed(failure));
      } catch (RuntimeException failure) {
        results.put(key, failed(new EntryProcessorException(failure)));
      }
    }
    return results;
  }

  private static <T> EntryProcessorResult<T> failed(CacheException failure) {
    return () -> {
      throw failure;
    };
  }

  private List<Bytes> encoded(Collection<K> several) {
    return several.stream().map(keys::encode).toList();
  }

  /** Changes here what was written; the caller is told first of what was not. */
  private static void finish(Optional<CacheWriterException> failure, Runnable change) {
    Failures failures = new Failures();
    failures.caught(change);
    if (failure.isPresent()) {
      throw failure.get();
    }
    failures.rethrow();
  }
}
