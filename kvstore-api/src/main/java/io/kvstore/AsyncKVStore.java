package io.kvstore;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The operations of a {@link KVStore}, answered by futures.
 *
 * <p>A future ends with the answer or, exceptionally, with what the blocking call would have
 * thrown; only misuse (null, a limit exceeded, a closed store) is thrown at once. Actions that
 * depend on a future may run on the store's own thread: they may call the store, but those that
 * take long belong on an executor ({@code thenApplyAsync}).
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface AsyncKVStore<K, V> {
  /** See {@link KVStore#get(Object)}. */
  CompletableFuture<Optional<V>> get(K key);

  /** See {@link KVStore#get(Object, Consistency)}. */
  CompletableFuture<Optional<V>> get(K key, Consistency level);

  /** See {@link KVStore#getVersioned(Object)}. */
  CompletableFuture<Optional<Versioned<V>>> getVersioned(K key);

  /** See {@link KVStore#getAll(Collection)}. */
  CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys);

  /** See {@link KVStore#contains(Object)}. */
  CompletableFuture<Boolean> contains(K key);

  /** See {@link KVStore#scan(Scan)}. */
  CompletableFuture<List<Item<K, V>>> scan(Scan<K> scan);

  /** See {@link KVStore#snapshot()}. */
  CompletableFuture<List<Item<K, V>>> snapshot();

  /** See {@link KVStore#size()}. */
  CompletableFuture<Long> size();

  /**
   * See {@link KVStore#getOrLoad}. The loader runs where the answer comes that there is no value,
   * which may be the store's own thread: it begins what takes long, and returns its future. While
   * that has no end, those who wait have none either, until another call has loaded the key.
   */
  CompletableFuture<V> getOrLoad(
      K key, Function<? super K, ? extends CompletionStage<? extends V>> loader);

  /** See {@link KVStore#put(Object, Object)}. */
  CompletableFuture<Void> put(K key, V value);

  /** See {@link KVStore#put(Object, Object, Duration)}. */
  CompletableFuture<Void> put(K key, V value, Duration lifetime);

  /** See {@link KVStore#putIfAbsent(Object, Object)}. */
  CompletableFuture<Boolean> putIfAbsent(K key, V value);

  /** See {@link KVStore#replace(Object, Object)}. */
  CompletableFuture<Boolean> replace(K key, V value);

  /** See {@link KVStore#replace(Object, long, Object)}. */
  CompletableFuture<Boolean> replace(K key, long version, V value);

  /** See {@link KVStore#getAndPut(Object, Object)}. */
  CompletableFuture<Optional<V>> getAndPut(K key, V value);

  /** See {@link KVStore#remove(Object)}. */
  CompletableFuture<Boolean> remove(K key);

  /** See {@link KVStore#remove(Object, long)}. */
  CompletableFuture<Boolean> remove(K key, long version);

  /** See {@link KVStore#getAndRemove(Object)}. */
  CompletableFuture<Optional<V>> getAndRemove(K key);

  /** See {@link KVStore#add(Object, long)}. */
  CompletableFuture<Long> add(K key, long delta);

  /** See {@link KVStore#add(Object, long, Duration)}. */
  CompletableFuture<Long> add(K key, long delta, Duration lifetime);

  /** See {@link KVStore#append(Object, Object)}. */
  CompletableFuture<Void> append(K key, V tail);

  /** See {@link KVStore#prepend(Object, Object)}. */
  CompletableFuture<Void> prepend(K key, V head);

  /** See {@link KVStore#touch(Object, Duration)}. */
  CompletableFuture<Boolean> touch(K key, Duration lifetime);

  /** See {@link KVStore#update(Update)}. */
  CompletableFuture<Written<V>> update(Update<K, V> update);

  /** See {@link KVStore#batch(List)}. */
  CompletableFuture<Boolean> batch(List<Update<K, V>> updates);

  /** See {@link KVStore#transact(UnaryOperator)}. */
  CompletableFuture<Transacted<K, V>> transact(UnaryOperator<Transaction<K, V>> transaction);

  /** See {@link KVStore#clear()}. */
  CompletableFuture<Void> clear();
}
