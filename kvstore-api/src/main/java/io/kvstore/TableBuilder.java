package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Capacity;
import io.kvstore.spi.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes a table of a store, see {@link KVStore#table(String, java.util.function.Function)}.
 * Each method returns a new builder and leaves the old one as it was.
 *
 * <p>What is not said is as in the store: codecs, consistency, at the same consistency also
 * replication, and with that the numbers of replicas that write and read. A table has one shard,
 * unless said otherwise.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class TableBuilder<K, V> {
  private final Codec<K> keys;
  private final Codec<V> values;
  private final TableSettings store;

  // Changed only in a fresh copy, before it is handed out.
  private Consistency consistency;
  private Optional<Replication> replication = Optional.empty();
  private int shards = 1;
  private List<Bytes> splits = List.of();
  private OptionalInt acks = OptionalInt.empty();
  private OptionalInt readsFrom = OptionalInt.empty();
  private Optional<Capacity> capacity = Optional.empty();

  /** Describes a table like a store with these codecs. */
  TableBuilder(Codec<K> keys, Codec<V> values, TableSettings store) {
    this.keys = requireNonNull(keys, "keys");
    this.values = requireNonNull(values, "values");
    this.store = store;
    consistency = store.consistency();
  }

  private TableBuilder(Codec<K> keys, Codec<V> values, TableBuilder<?, ?> other) {
    this(keys, values, other.store);
    consistency = other.consistency;
    replication = other.replication;
    shards = other.shards;
    splits = other.splits;
    acks = other.acks;
    readsFrom = other.readsFrom;
    capacity = other.capacity;
  }

  private TableBuilder<K, V> copy() {
    return new TableBuilder<>(keys, values, this);
  }

  /**
   * How keys become bytes.
   *
   * @throws IllegalStateException after {@link #splitAt}, whose keys have become bytes by then
   */
  public <L> TableBuilder<L, V> keys(Codec<L> codec) {
    if (!splits.isEmpty()) {
      throw new IllegalStateException("say keys(…) first, and splitAt(…) with such keys then");
    }
    return new TableBuilder<>(requireNonNull(codec, "keys"), values, this);
  }

  /** How values become bytes. */
  public <W> TableBuilder<K, W> values(Codec<W> codec) {
    return new TableBuilder<>(keys, requireNonNull(codec, "values"), this);
  }

  /** What clients of the table may observe. */
  public TableBuilder<K, V> consistency(Consistency level) {
    TableBuilder<K, V> changed = copy();
    changed.consistency = requireNonNull(level, "consistency");
    return changed;
  }

  /**
   * How its copies are kept. {@link Consistency#defaultReplication()} at another level than the
   * store's, unless said otherwise.
   */
  public TableBuilder<K, V> replication(Replication protocol) {
    TableBuilder<K, V> changed = copy();
    changed.replication = Optional.of(requireNonNull(protocol, "replication"));
    return changed;
  }

  /** Into how many parts its keys are split by their hash, each replicated by itself. */
  public TableBuilder<K, V> shards(int number) {
    TableBuilder<K, V> changed = copy();
    changed.shards = number;
    changed.splits = List.of();
    return changed;
  }

  /**
   * Splits the keys by their order, as {@link StoreBuilder#splitAt} does.
   *
   * @param firstKeys ascending, in the order of their {@linkplain #keys bytes}
   */
  @SafeVarargs
  public final TableBuilder<K, V> splitAt(K... firstKeys) {
    List<Bytes> encoded = new ArrayList<>();
    for (K key : requireNonNull(firstKeys, "firstKeys")) {
      encoded.add(keys.encode(requireNonNull(key, "firstKeys")));
    }
    TableBuilder<K, V> changed = copy();
    changed.splits = encoded;
    changed.shards = encoded.size() + 1;
    return changed;
  }

  /**
   * At the causal and eventual levels, how many replicas hold a write before it is answered. At
   * another level than the store's one, with {@link Replication#QUORUM} a majority, unless said
   * otherwise.
   */
  public TableBuilder<K, V> acks(int number) {
    TableBuilder<K, V> changed = copy();
    changed.acks = OptionalInt.of(number);
    return changed;
  }

  /** Of how many replicas a read asks, see {@link StoreBuilder#readsFrom}. */
  public TableBuilder<K, V> readsFrom(int number) {
    TableBuilder<K, V> changed = copy();
    changed.readsFrom = OptionalInt.of(number);
    return changed;
  }

  /**
   * How many entries the table holds at the most, see {@link StoreBuilder#maximumEntries}. As many
   * as it is given, unless said otherwise, also where the store has a maximum.
   *
   * @throws IllegalStateException after {@link #maximumBytes}
   */
  public TableBuilder<K, V> maximumEntries(long entries) {
    return within(new Capacity(entries, Capacity.Unit.ENTRIES));
  }

  /**
   * How many bytes the table holds at the most, see {@link StoreBuilder#maximumBytes}.
   *
   * @throws IllegalStateException after {@link #maximumEntries}
   */
  public TableBuilder<K, V> maximumBytes(long bytes) {
    return within(new Capacity(bytes, Capacity.Unit.BYTES));
  }

  private TableBuilder<K, V> within(Capacity most) {
    TableBuilder<K, V> changed = copy();
    changed.capacity = Optional.of(Coder.requireOneUnit(capacity, most));
    return changed;
  }

  /** What was said of keys and values. */
  Coder<K, V> coder(Limits limits) {
    return new Coder<>(keys, values, limits);
  }

  /** What was said of the rest. */
  TableSettings settings() {
    boolean isAtItsLevel = consistency == store.consistency();
    Replication protocol =
        replication.orElseGet(
            () -> isAtItsLevel ? store.replication() : consistency.defaultReplication());
    boolean isLikeStore = isAtItsLevel && protocol == store.replication();
    return new TableSettings(
        consistency,
        protocol,
        shards,
        splits,
        acks.isEmpty() && isLikeStore ? store.acks() : acks,
        readsFrom.isEmpty() && isLikeStore ? store.readsFrom() : readsFrom,
        capacity);
  }
}
