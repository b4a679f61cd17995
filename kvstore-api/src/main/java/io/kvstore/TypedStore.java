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
import io.kvstore.spi.Feed;
import io.kvstore.spi.Nanos;
import io.kvstore.spi.Operation;
import io.kvstore.spi.TableSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The blocking face: encodes what is asked, calls the connection, decodes what is answered. A
 * store, its tables and its sessions differ only in what {@link #close()} closes, and in what is
 * talked to {@link #at} a node.
 */
final class TypedStore<K, V> implements Session<K, V> {
  private enum Kind {
    STORE,
    TABLE,
    SESSION
  }

  private final Backend backend;
  private final Connection connection;
  private final Translation<K, V> translation;
  private final long timeoutNanos;
  private final Kind kind;
  private final TableSettings store; // what a table is like of which nothing else is said
  private final Loads<V> loads; // of all sessions

  private TypedStore(
      Backend backend,
      Connection connection,
      Translation<K, V> translation,
      long timeoutNanos,
      Kind kind,
      TableSettings store,
      Loads<V> loads) {
    this.backend = backend;
    this.connection = connection;
    this.translation = translation;
    this.timeoutNanos = timeoutNanos;
    this.kind = kind;
    this.store = store;
    this.loads = loads;
  }

  static <K, V> KVStore<K, V> over(
      Backend backend, Coder<K, V> coder, long timeoutNanos, TableSettings store) {
    return over(backend, coder, timeoutNanos, Kind.STORE, store);
  }

  private static <K, V> KVStore<K, V> over(
      Backend backend, Coder<K, V> coder, long timeoutNanos, Kind kind, TableSettings store) {
    Connection first = backend.connect(Optional.empty(), Position.START);
    return new TypedStore<>(
        backend, first, new Translation<>(coder), timeoutNanos, kind, store, new Loads<>());
  }

  private TypedStore<K, V> session(Connection other) {
    return new TypedStore<>(backend, other, translation, timeoutNanos, Kind.SESSION, store, loads);
  }

  private Answer call(Operation operation) {
    return connection.call(operation, backend.consistency(), timeoutNanos);
  }

  private Written write(Update<K, V> update) {
    Answer answer = call(translation.write(update));
    return translation.requireDone(update, (Written) answer);
  }

  // Reading

  @Override
  public Optional<V> get(K key) {
    return translation.value((Found) call(translation.get(key)));
  }

  @Override
  public Optional<V> get(K key, Consistency weaker) {
    Translation.requireAtMost(weaker, backend.consistency());
    return translation.value((Found) connection.call(translation.get(key), weaker, timeoutNanos));
  }

  @Override
  public Optional<Versioned<V>> getVersioned(K key) {
    return translation.versioned((Found) call(translation.get(key)));
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    return translation.map((Listed) call(translation.getMany(keys)));
  }

  @Override
  public boolean contains(K key) {
    return Translation.isThere((Found) call(translation.get(key)));
  }

  @Override
  public List<Item<K, V>> scan(Scan<K> scan) {
    return translation.items((Listed) call(translation.range(scan)));
  }

  @Override
  public List<Item<K, V>> snapshot() {
    return scan(Scan.all());
  }

  @Override
  public long size() {
    return ((Answer.Counted) call(new Count())).number();
  }

  @Override
  public V getOrLoad(K key, Function<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    Optional<V> there = get(key);
    if (there.isPresent()) {
      return there.get();
    }
    boolean[] isOwn = {false};
    Loads.Load<V> load =
        loads.join(translation.coder().key(key), timeoutNanos, () -> isOwn[0] = true);
    return isOwn[0] ? load(key, loader, load) : Loads.await(load, key, timeoutNanos);
  }

  private V load(K key, Function<? super K, ? extends V> loader, Loads.Load<V> load) {
    try {
      V made = requireNonNull(loader.apply(key), "the loader returned null");
      V value = translation.standing(made, write(Update.<K, V>put(key, made).ifAbsent()));
      loads.loaded(load, value);
      return value;
    } catch (RuntimeException | Error failed) {
      loads.failed(load, failed);
      throw failed;
    }
  }

  // Writing

  @Override
  public void put(K key, V value) {
    call(translation.put(key, value));
  }

  @Override
  public void put(K key, V value, Duration lifetime) {
    write(Update.<K, V>put(key, value).lifetime(lifetime));
  }

  @Override
  public boolean putIfAbsent(K key, V value) {
    return write(Update.<K, V>put(key, value).ifAbsent()).isApplied();
  }

  @Override
  public boolean replace(K key, V value) {
    return write(Update.<K, V>put(key, value).ifPresent()).isApplied();
  }

  @Override
  public boolean replace(K key, long version, V value) {
    return write(Update.<K, V>put(key, value).ifVersion(version)).isApplied();
  }

  @Override
  public Optional<V> getAndPut(K key, V value) {
    return translation.before(write(Update.put(key, value)));
  }

  @Override
  public boolean remove(K key) {
    return write(Update.<K, V>remove(key).ifPresent()).isApplied();
  }

  @Override
  public boolean remove(K key, long version) {
    return write(Update.<K, V>remove(key).ifVersion(version)).isApplied();
  }

  @Override
  public Optional<V> getAndRemove(K key) {
    return translation.before(write(Update.remove(key)));
  }

  @Override
  public long add(K key, long delta) {
    return translation.number(write(Update.add(key, delta)));
  }

  @Override
  public long add(K key, long delta, Duration lifetime) {
    return translation.number(write(Update.<K, V>add(key, delta).lifetime(lifetime)));
  }

  @Override
  public void append(K key, V tail) {
    write(Update.append(key, tail));
  }

  @Override
  public void prepend(K key, V head) {
    write(Update.prepend(key, head));
  }

  @Override
  public boolean touch(K key, Duration lifetime) {
    return write(Update.touch(key, lifetime)).isApplied();
  }

  @Override
  public io.kvstore.Written<V> update(Update<K, V> update) {
    return translation.written(write(update));
  }

  @Override
  public boolean batch(List<Update<K, V>> updates) {
    return updates.isEmpty() || translation.isApplied(updates, call(translation.batch(updates)));
  }

  @Override
  public Transacted<K, V> transact(UnaryOperator<Transaction<K, V>> transaction) {
    Transaction<K, V> described = Transaction.described(transaction);
    return translation.transacted(described, call(translation.transaction(described)));
  }

  @Override
  public void clear() {
    call(new Clear());
  }

  // Watching

  private Feed feed(
      Scan<K> keys, Optional<WatchPosition> after, Optional<WatchListener<K, V>> listener) {
    return connection.watch(
        translation.watched(keys), after, listener.map(translation::listener), timeoutNanos);
  }

  @Override
  public Watch<K, V> watch(Scan<K> keys) {
    return new TypedWatch<>(feed(keys, Optional.empty(), Optional.empty()), translation);
  }

  @Override
  public Watch<K, V> watch(Scan<K> keys, WatchPosition after) {
    return new TypedWatch<>(
        feed(keys, Optional.of(requireNonNull(after, "after")), Optional.empty()), translation);
  }

  @Override
  public Registration watch(Scan<K> keys, WatchListener<K, V> listener) {
    return feed(keys, Optional.empty(), Optional.of(requireNonNull(listener, "listener")))::close;
  }

  @Override
  public Registration watch(Scan<K> keys, WatchPosition after, WatchListener<K, V> listener) {
    return feed(
            keys,
            Optional.of(requireNonNull(after, "after")),
            Optional.of(requireNonNull(listener, "listener")))
        ::close;
  }

  // Other faces

  @Override
  public AsyncKVStore<K, V> async() {
    return new TypedAsyncStore<>(backend, connection, translation, timeoutNanos, loads);
  }

  @Override
  public ConcurrentMap<K, V> asMap() {
    return new MapView<>(this, translation.values());
  }

  @Override
  public Session<K, V> withTimeout(Duration timeout) {
    long nanos = Nanos.of(Coder.requirePositive("timeout", timeout));
    return new TypedStore<>(backend, connection, translation, nanos, kind, store, loads);
  }

  @Override
  public Session<K, V> session() {
    return session(Position.START);
  }

  @Override
  public Session<K, V> session(Position after) {
    return session(backend.connect(Optional.empty(), after));
  }

  @Override
  public Session<K, V> at(NodeId node) {
    requireNonNull(node, "node");
    return session(
        kind == Kind.SESSION
            ? connection.at(node)
            : backend.connect(Optional.of(node), Position.START));
  }

  @Override
  public Position position() {
    return connection.position();
  }

  @Override
  public Cluster cluster() {
    return backend.cluster();
  }

  // Tables

  @Override
  public <L, W> KVStore<L, W> table(
      String name, Function<TableBuilder<K, V>, TableBuilder<L, W>> settings) {
    TableSettings.requireName(requireNonNull(name, "name"));
    Coder<K, V> own = translation.coder();
    TableBuilder<L, W> table =
        requireNonNull(
            requireNonNull(settings, "settings")
                .apply(new TableBuilder<>(own.keys(), own.values(), store)),
            "what the settings return");
    return tableOver(backend.table(name, table.settings()), table.coder(own.limits()));
  }

  @Override
  public KVStore<K, V> table(String name) {
    Backend table =
        backend
            .table(requireNonNull(name, "name"))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no table '" + name + "': tables are " + backend.tables()));
    return tableOver(table, translation.coder());
  }

  private <L, W> KVStore<L, W> tableOver(Backend table, Coder<L, W> coder) {
    return over(table, coder, timeoutNanos, Kind.TABLE, store);
  }

  @Override
  public List<String> tables() {
    return backend.tables();
  }

  @Override
  public boolean dropTable(String name) {
    return backend.dropTable(requireNonNull(name, "name"));
  }

  @Override
  public void close() {
    if (kind == Kind.STORE) {
      backend.close();
    }
  }
}
