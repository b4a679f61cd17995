package io.kvstore;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A replicated map from keys to values, with a stated consistency.
 *
 * <pre>{@code
 * try (KVStore<String, String> store = KVStore.builder()
 *         .consistency(Consistency.LINEARIZABLE)
 *         .replicas(3)
 *         .open()) {
 *   store.put("greeting", "hello");
 *   Optional<String> value = store.get("greeting");
 *   Versioned<String> seen = store.getVersioned("greeting").orElseThrow();
 *   store.replace("greeting", seen.version(), "hello, world");
 * }
 * }</pre>
 *
 * <p>The calls are the same at every level of consistency; what they promise differs. A store is
 * itself one session: at the sequential and causal levels, its calls see the effects of those that
 * it has answered.
 *
 * <p>Writes that depend on what stands there ({@code putIfAbsent}, {@code replace}, {@code remove}
 * by version, {@code add}, {@code append}, {@code batch}) can be asked for at every level, too, but
 * it depends on the level who decides, and so what several of them at once may do:
 *
 * <table>
 *   <caption>Several clients write the same keys at once, each through another replica</caption>
 *   <tr><th>level</th><th>conditional writes</th><th>add, append, prepend</th><th>batch</th>
 *       <th>transaction</th></tr>
 *   <tr><td>LINEARIZABLE, SEQUENTIAL</td>
 *       <td>decided in the one order of all writes: one succeeds</td>
 *       <td>every one counts</td>
 *       <td>all or nothing, for everyone</td>
 *       <td>decided in that order, for everyone</td></tr>
 *   <tr><td>EVENTUAL by PRIMARY or KEY_OWNER</td>
 *       <td>decided by the primary, or the owner of the key: one succeeds, as long as that member
 *       is not replaced; an answered write that it has not passed on is lost with it</td>
 *       <td>every one counts, as long as that member is not replaced</td>
 *       <td>all or nothing there; with KEY_OWNER, all keys must have one owner</td>
 *       <td>decided by the primary, as long as it is not replaced; refused by KEY_OWNER</td></tr>
 *   <tr><td>CAUSAL, EVENTUAL by BROADCAST</td>
 *       <td>decided by the replica that is asked, by what it holds: several succeed, at one replica
 *       each, and one of their values remains, the same everywhere</td>
 *       <td>one of them remains; the others are lost</td>
 *       <td>all or nothing at the replica that is asked; at the others each key is merged by itself,
 *       so that of one key another write may remain</td>
 *       <td>refused</td></tr>
 * </table>
 *
 * <p>QUORUM keeps each key by itself: it refuses transactions at both of its levels, and batches at
 * LINEARIZABLE.
 *
 * <p>So what must happen once (a lock, a seat) belongs to a strong level, and so does a count that
 * a crash must not make smaller.
 *
 * <p>A call returns when its operation is done. Otherwise it throws what happened: {@link
 * UnavailableException}, {@link OverloadedException} and {@link FullException} when it certainly
 * was not applied, {@link IndeterminateException} when it is not known, {@link
 * UndecodableException} when it was performed but the codec cannot decode the answer, {@link
 * IllegalArgumentException} when it exceeds a limit, {@link IllegalStateException} when the store
 * is closed. An interrupted caller stops waiting, keeps its interrupt, and is told which of these
 * holds. No key and no value is ever null.
 *
 * <p>All methods may be called by any number of threads.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface KVStore<K, V> extends AutoCloseable {

  /** A builder of stores, for texts until codecs are named. */
  static StoreBuilder<String, String> builder() {
    return StoreBuilder.ofTexts();
  }

  // Reading

  /** The value of a key. */
  Optional<V> get(K key);

  /**
   * The value of a key, with a weaker promise than the store's.
   *
   * @throws IllegalArgumentException when the level is stronger than the store's
   */
  Optional<V> get(K key, Consistency level);

  /** The value of a key with its version, flags and expiry. */
  Optional<Versioned<V>> getVersioned(K key);

  /** The values of those of the keys that have one, in the order of the keys. */
  Map<K, V> getAll(Collection<? extends K> keys);

  /** Whether a key has a value. */
  boolean contains(K key);

  /** The entries that a scan selects, in the order of their encoded keys. */
  List<Item<K, V>> scan(Scan<K> scan);

  /**
   * The entries that a scan selects, in the order of their encoded keys, fetched in pages while the
   * stream is read: so it may be longer than what fits into memory. What one page has stood there
   * together as in a {@linkplain #scan scan}; what is written meanwhile may be in a later page. An
   * entry that stays is there once.
   */
  default Stream<Item<K, V>> stream(Scan<K> scan) {
    return ScanPages.stream(this, requireNonNull(scan, "scan"));
  }

  /** All entries. On a store with one shard they stood there together, at one moment. */
  List<Item<K, V>> snapshot();

  /** How many entries there are. */
  long size();

  /**
   * The value of a key; if it has none, the one that a loader makes of the key, which is set unless
   * another client has set one meanwhile: that is the answer then.
   *
   * <pre>{@code
   * Page page = pages.getOrLoad(address, web::fetch);
   * }</pre>
   *
   * <p>Callers of this store in this JVM, of all its sessions and of {@link #async()} too, load a
   * key once at a time: the loader runs in the thread of the first, and the others wait for it. Of
   * two JVMs each may load it once; one value counts for both, where conditional writes have one
   * winner (see the table above).
   *
   * <p>What the loader throws its caller gets as it is, and those who wait get as the cause of a
   * {@link LoadException}; the next call loads again. Who waits for longer than the store's timeout
   * gets an {@link UnavailableException}; and a loader that has run for as long is waited for no
   * more: the next call runs its own.
   *
   * @param loader must not return null, nor load the same key
   */
  V getOrLoad(K key, Function<? super K, ? extends V> loader);

  // Writing

  /** Sets the value of a key. */
  void put(K key, V value);

  /** Sets the value of a key, for some time. */
  void put(K key, V value, Duration lifetime);

  /**
   * Sets the value of a key that has none; tells whether it did. Where each replica decides by
   * itself (see the table above), several clients may be told so at once.
   */
  boolean putIfAbsent(K key, V value);

  /** Sets the value of a key that has one; tells whether it did. */
  boolean replace(K key, V value);

  /**
   * Sets the value of a key whose entry still has this version; tells whether it did. As for {@link
   * #putIfAbsent}, several clients may be told so at once where each replica decides by itself.
   */
  boolean replace(K key, long version, V value);

  /**
   * Sets the value of a key and returns the one before.
   *
   * @throws UndecodableException when the codec cannot decode the one before; the new value is set
   */
  Optional<V> getAndPut(K key, V value);

  /** Takes a key away; tells whether it was there. */
  boolean remove(K key);

  /** Takes a key away if its entry still has this version; tells whether it did. */
  boolean remove(K key, long version);

  /**
   * Takes a key away and returns the value that it had.
   *
   * @throws UndecodableException when the codec cannot decode the value; the key is gone
   */
  Optional<V> getAndRemove(K key);

  /**
   * Adds to the number under a key and returns the sum. A key without a value counts as zero. Where
   * each replica decides by itself (see the table above), additions at once may be lost.
   *
   * @throws NotANumberException when the value is no number, or the sum would not fit a long
   * @throws UnsupportedOperationException when values of this store's codec cannot be numbers
   */
  long add(K key, long delta);

  /**
   * Adds to the number under a key and returns the sum. A key without a value counts as zero, and
   * lives for this time from then on; one that has a value keeps its lifetime, or goes on without
   * one. So a key counts what happens in a window that begins with the first addition:
   *
   * <pre>{@code
   * if (store.add("calls/" + user, 1, Duration.ofMinutes(1)) > 100) {
   *   refuse();
   * }
   * }</pre>
   *
   * <p>To begin the time anew with each addition, {@link #touch} the key, in one {@link #batch}
   * with it if need be.
   *
   * @throws NotANumberException when the value is no number, or the sum would not fit a long
   * @throws UnsupportedOperationException when values of this store's codec cannot be numbers
   */
  long add(K key, long delta, Duration lifetime);

  /**
   * Puts a tail behind the value of a key, byte for byte; a key without a value then has just the
   * tail.
   */
  void append(K key, V tail);

  /**
   * Puts a head before the value of a key, byte for byte; a key without a value then has just the
   * head.
   */
  void prepend(K key, V head);

  /** Sets how long the entry of a key lives from now on; tells whether there is one. */
  boolean touch(K key, Duration lifetime);

  /** Performs any write, and tells what stood there before and what does now. */
  Written<V> update(Update<K, V> update);

  /**
   * Performs writes as one: all of them, if every condition holds when its turn comes, or none. The
   * keys must belong to one shard. The table above says for whom they are one.
   *
   * @return whether they were performed
   */
  boolean batch(List<Update<K, V>> updates);

  /**
   * Performs reads and writes as one if conditions hold, and others as one if not. The keys of all
   * of them must belong to one shard.
   *
   * <pre>{@code
   * Transacted<String, String> moved = store.transact(tx -> tx
   *     .ifValue("from", "5")
   *     .ifAbsent("to")
   *     .then(Update.remove("from"), Update.put("to", "5"))
   *     .otherwiseGet("from")
   *     .otherwiseGet("to"));
   * }</pre>
   *
   * <p>It stands in the one order of all writes, so that nothing comes between its conditions and
   * what it does. Where there is no such order (see the table above), it is refused.
   *
   * @throws IllegalArgumentException when its keys belong to several shards, or it does nothing
   * @throws NotANumberException when it adds to what is no number; then nothing is changed
   * @throws UnsupportedOperationException when the store has no one order of its writes
   */
  Transacted<K, V> transact(UnaryOperator<Transaction<K, V>> transaction);

  /** Removes all entries, on each shard at one moment. */
  void clear();

  // Watching

  /**
   * Watches keys from now on: whatever is answered after this returns is seen. A store watches a
   * replica of its choice, and goes on at another one when that is lost; a session {@link
   * #at(NodeId) at a node} watches that node and no other.
   *
   * @throws UnavailableException when there is no replica to watch
   */
  Watch<K, V> watch(Scan<K> keys);

  /**
   * Goes on with a watch of the same keys where another one was.
   *
   * @throws HistoryGoneException when what came after is not known any more
   * @throws UnavailableException when there is no replica to watch
   */
  Watch<K, V> watch(Scan<K> keys, WatchPosition after);

  /**
   * Tells a listener of what changes from now on, until the registration or the store is closed.
   */
  Registration watch(Scan<K> keys, WatchListener<K, V> listener);

  /** Tells a listener of what changes from a position on. */
  Registration watch(Scan<K> keys, WatchPosition after, WatchListener<K, V> listener);

  // Other faces

  /** The same operations, answered by futures. */
  AsyncKVStore<K, V> async();

  /** The store as a map. Its values are compared as bytes. */
  ConcurrentMap<K, V> asMap();

  /** The same store, whose calls wait this long for their answers. */
  KVStore<K, V> withTimeout(Duration timeout);

  /**
   * A new client, with an order of its own. Sessions are spread over the replicas where any replica
   * can serve them.
   */
  Session<K, V> session();

  /** A new client that has already seen what another client saw. */
  Session<K, V> session(Position after);

  /**
   * A new client at one node: it talks to the replica there, and only to that one. While the node
   * is down it is refused, whatever it asks for.
   *
   * <p>Where there are more {@linkplain StoreBuilder#nodes nodes} than replicas, a node does not
   * hold every shard. For the keys of the others its client goes to a member of their group: to the
   * one that the protocol prefers, as the primary; or else to the nearest, which is the first that
   * runs from the number of the node on; and to another when that one is lost.
   */
  Session<K, V> at(NodeId node);

  /** What this client has seen, where the level has an order to see. */
  Position position();

  /** The administration face: of a table, as {@link Cluster} says. */
  Cluster cluster();

  // Tables

  /**
   * A table of this store: a key space of its own on the same nodes, with its own consistency,
   * replication, shards and codecs. It is made if there is none of this name; or else it must have
   * been made with the same settings. Codecs may be others: they belong to what is returned.
   *
   * <pre>{@code
   * KVStore<String, Long> visits = store.table("visits",
   *     table -> table.values(Codecs.LONG).consistency(Consistency.EVENTUAL).shards(2));
   * visits.add("home", 1);
   * }</pre>
   *
   * <p>The table lives as long as the store, and with a storage directory comes back with it, until
   * it is {@linkplain #dropTable dropped}. What is returned is a client with a session of its own,
   * as a store is: closing it closes nothing, and closing the store closes its tables. Sessions and
   * positions belong to one key space. The tables of a table, and of a session, are those of the
   * store.
   *
   * @param name 1 to 64 letters, digits, dots, dashes and underscores, of which the first is a
   *     letter or digit
   * @throws IllegalArgumentException when there is such a table with other settings, the name is
   *     none, or settings make no sense
   * @throws UnavailableException when the table is to be made, and nodes that are needed for that
   *     cannot be reached
   * @throws UnsupportedOperationException when the engine has no tables
   */
  <L, W> KVStore<L, W> table(
      String name, Function<TableBuilder<K, V>, TableBuilder<L, W>> settings);

  /**
   * The table of this name, whatever its settings are, with the codecs of this store.
   *
   * @throws IllegalArgumentException when there is none
   */
  KVStore<K, V> table(String name);

  /** The names of all tables of this store, sorted. */
  List<String> tables();

  /**
   * Takes a table away for good, with all that it holds, in memory and on disk. Callers that wait
   * for it are told, its watches end, and calls that come later are refused with an {@link
   * IllegalStateException}.
   *
   * @return whether there was one of this name
   */
  boolean dropTable(String name);

  /**
   * Stops the store and everything that belongs to it. Callers that wait are told; a second call
   * does nothing. Closing a session or a table ends neither the table nor the store.
   */
  @Override
  void close();
}
