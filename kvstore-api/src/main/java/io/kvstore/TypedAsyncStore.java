package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Count;
import io.kvstore.spi.Operation;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous face: the same translations as the blocking one, around a submission instead of
 * a call.
 */
final class TypedAsyncStore<K, V> implements AsyncKVStore<K, V> {
  private final Backend backend;
  private final Connection connection;
  private final Translation<K, V> translation;
  private final long timeoutNanos;
  private final Loads<V> loads;

  TypedAsyncStore(
      Backend backend,
      Connection connection,
      Translation<K, V> translation,
      long timeoutNanos,
      Loads<V> loads) {
    this.backend = backend;
    this.connection = connection;
    this.translation = translation;
    this.timeoutNanos = timeoutNanos;
    this.loads = loads;
  }

  private CompletableFuture<Answer> submit(Operation operation) {
    return connection.submit(operation, backend.consistency(), timeoutNanos);
  }

  private CompletableFuture<Written> write(Update<K, V> update) {
    return submit(translation.write(update))
        .thenApply(answer -> translation.requireDone(update, (Written) answer));
  }

  @Override
  public CompletableFuture<Optional<V>> get(K key) {
    return submit(translation.get(key)).thenApply(answer -> translation.value((Found) answer));
  }

  @Override
  public CompletableFuture<Optional<V>> get(K key, Consistency weaker) {
    Translation.requireAtMost(weaker, backend.consistency());
    return connection
        .submit(translation.get(key), weaker, timeoutNanos)
        .thenApply(answer -> translation.value((Found) answer));
  }

  @Override
  public CompletableFuture<Optional<Versioned<V>>> getVersioned(K key) {
    return submit(translation.get(key)).thenApply(answer -> translation.versioned((Found) answer));
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys) {
    return submit(translation.getMany(keys)).thenApply(answer -> translation.map((Listed) answer));
  }

  @Override
  public CompletableFuture<Boolean> contains(K key) {
    return submit(translation.get(key)).thenApply(answer -> Translation.isThere((Found) answer));
  }

  @Override
  public CompletableFuture<List<Item<K, V>>> scan(Scan<K> scan) {
    return submit(translation.range(scan)).thenApply(answer -> translation.items((Listed) answer));
  }

  @Override
  public CompletableFuture<List<Item<K, V>>> snapshot() {
    return scan(Scan.all());
  }

  @Override
  public CompletableFuture<Long> size() {
    return submit(new Count()).thenApply(answer -> ((Answer.Counted) answer).number());
  }

  @Override
  public CompletableFuture<V> getOrLoad(
      K key, Function<? super K, ? extends CompletionStage<? extends V>> loader) {
    requireNonNull(loader, "loader");
    return get(key)
        .thenCompose(
            there ->
                there.isPresent()
                    ? CompletableFuture.completedFuture(there.get())
                    : load(key, loader));
  }

  private CompletableFuture<V> load(
      K key, Function<? super K, ? extends CompletionStage<? extends V>> loader) {
    boolean[] isOwn = {false};
    Loads.Load<V> load =
        loads.join(translation.coder().key(key), timeoutNanos, () -> isOwn[0] = true);
    if (!isOwn[0]) {
      return Loads.await(load, key);
    }
    CompletableFuture<V> made = new CompletableFuture<>();
    try {
      loader
          .apply(key)
          .thenCompose(value -> set(key, value))
          .whenComplete((value, thrown) -> end(load, made, value, thrown));
    } catch (RuntimeException | Error failed) {
      end(load, made, null, failed);
    }
    return made;
  }

  private CompletableFuture<V> set(K key, V value) {
    requireNonNull(value, "the loader returned null");
    return write(Update.<K, V>put(key, value).ifAbsent())
        .thenApply(written -> translation.standing(value, written));
  }

  private void end(
      Loads.Load<V> load,
      CompletableFuture<V> made,
      @Nullable V value,
      @Nullable Throwable thrown) {
    if (thrown == null && value != null) {
      loads.loaded(load, value);
      made.complete(value);
    } else {
      Throwable cause = Loads.causeOf(requireNonNull(thrown, "an end has a value or a cause"));
      loads.failed(load, cause);
      made.completeExceptionally(cause);
    }
  }

  @Override
  public CompletableFuture<Void> put(K key, V value) {
    return submit(translation.put(key, value)).thenApply(answer -> null);
  }

  @Override
  public CompletableFuture<Void> put(K key, V value, Duration lifetime) {
    return write(Update.<K, V>put(key, value).lifetime(lifetime)).thenApply(written -> null);
  }

  @Override
  public CompletableFuture<Boolean> putIfAbsent(K key, V value) {
    return write(Update.<K, V>put(key, value).ifAbsent()).thenApply(Written::isApplied);
  }

  @Override
  public CompletableFuture<Boolean> replace(K key, V value) {
    return write(Update.<K, V>put(key, value).ifPresent()).thenApply(Written::isApplied);
  }

  @Override
  public CompletableFuture<Boolean> replace(K key, long version, V value) {
    return write(Update.<K, V>put(key, value).ifVersion(version)).thenApply(Written::isApplied);
  }

  @Override
  public CompletableFuture<Optional<V>> getAndPut(K key, V value) {
    return write(Update.put(key, value)).thenApply(translation::before);
  }

  @Override
  public CompletableFuture<Boolean> remove(K key) {
    return write(Update.<K, V>remove(key).ifPresent()).thenApply(Written::isApplied);
  }

  @Override
  public CompletableFuture<Boolean> remove(K key, long version) {
    return write(Update.<K, V>remove(key).ifVersion(version)).thenApply(Written::isApplied);
  }

  @Override
  public CompletableFuture<Optional<V>> getAndRemove(K key) {
    return write(Update.remove(key)).thenApply(translation::before);
  }

  @Override
  public CompletableFuture<Long> add(K key, long delta) {
    return write(Update.add(key, delta)).thenApply(translation::number);
  }

  @Override
  public CompletableFuture<Long> add(K key, long delta, Duration lifetime) {
    return write(Update.<K, V>add(key, delta).lifetime(lifetime)).thenApply(translation::number);
  }

  @Override
  public CompletableFuture<Void> append(K key, V tail) {
    return write(Update.append(key, tail)).thenApply(written -> null);
  }

  @Override
  public CompletableFuture<Void> prepend(K key, V head) {
    return write(Update.prepend(key, head)).thenApply(written -> null);
  }

  @Override
  public CompletableFuture<Boolean> touch(K key, Duration lifetime) {
    return write(Update.touch(key, lifetime)).thenApply(Written::isApplied);
  }

  @Override
  public CompletableFuture<io.kvstore.Written<V>> update(Update<K, V> update) {
    return write(update).thenApply(translation::written);
  }

  @Override
  public CompletableFuture<Boolean> batch(List<Update<K, V>> updates) {
    if (updates.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    List<Update<K, V>> copy = List.copyOf(updates);
    return submit(translation.batch(copy)).thenApply(answer -> translation.isApplied(copy, answer));
  }

  @Override
  public CompletableFuture<Transacted<K, V>> transact(
      UnaryOperator<Transaction<K, V>> transaction) {
    Transaction<K, V> described = Transaction.described(transaction);
    return submit(translation.transaction(described))
        .thenApply(answer -> translation.transacted(described, answer));
  }

  @Override
  public CompletableFuture<Void> clear() {
    return submit(new Clear()).thenApply(answer -> null);
  }
}
