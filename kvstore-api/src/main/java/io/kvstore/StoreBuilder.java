package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Capacity;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Nanos;
import io.kvstore.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Describes a store and opens it. Each method returns a new builder and leaves the old one as it
 * was, so that one can serve for many stores.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class StoreBuilder<K, V> {
  private final Codec<K> keys;
  private final Codec<V> values;

  // Changed only in a fresh copy, before it is handed out.
  private Consistency consistency = Consistency.LINEARIZABLE;
  private Optional<Replication> replication = Optional.empty();
  private int replicas = 3;
  private OptionalInt nodes = OptionalInt.empty();
  private int shards = 1;
  private List<Bytes> splits = List.of();
  private OptionalInt acks = OptionalInt.empty();
  private OptionalInt readsFrom = OptionalInt.empty();
  private Optional<Capacity> capacity = Optional.empty();
  private Duration timeout = Duration.ofSeconds(5);
  private Limits limits = Limits.DEFAULT;
  private Optional<Path> storageDirectory = Optional.empty();
  private Optional<Path> outputDirectory = Optional.empty();
  private Failover failover = Failover.DEFAULT;
  private Duration replacesLostAfter = Settings.REPLACES_LOST_AFTER;
  private Optional<Engine> engine = Optional.empty();

  private StoreBuilder(Codec<K> keys, Codec<V> values) {
    this.keys = requireNonNull(keys, "keys");
    this.values = requireNonNull(values, "values");
  }

  private StoreBuilder(Codec<K> keys, Codec<V> values, StoreBuilder<?, ?> other) {
    this(keys, values);
    consistency = other.consistency;
    replication = other.replication;
    replicas = other.replicas;
    nodes = other.nodes;
    shards = other.shards;
    splits = other.splits;
    acks = other.acks;
    readsFrom = other.readsFrom;
    capacity = other.capacity;
    timeout = other.timeout;
    limits = other.limits;
    storageDirectory = other.storageDirectory;
    outputDirectory = other.outputDirectory;
    failover = other.failover;
    replacesLostAfter = other.replacesLostAfter;
    engine = other.engine;
  }

  static StoreBuilder<String, String> ofTexts() {
    return new StoreBuilder<>(Codecs.STRING, Codecs.STRING);
  }

  private StoreBuilder<K, V> copy() {
    return new StoreBuilder<>(keys, values, this);
  }

  /**
   * How keys become bytes. Texts, unless said otherwise.
   *
   * @throws IllegalStateException after {@link #splitAt}, whose keys have become bytes by then
   */
  public <L> StoreBuilder<L, V> keys(Codec<L> codec) {
    if (!splits.isEmpty()) {
      throw new IllegalStateException("say keys(…) first, and splitAt(…) with such keys then");
    }
    return new StoreBuilder<>(requireNonNull(codec, "keys"), values, this);
  }

  /** How values become bytes. Texts, unless said otherwise. */
  public <W> StoreBuilder<K, W> values(Codec<W> codec) {
    return new StoreBuilder<>(keys, requireNonNull(codec, "values"), this);
  }

  /** What clients may observe. {@link Consistency#LINEARIZABLE}, unless said otherwise. */
  public StoreBuilder<K, V> consistency(Consistency level) {
    StoreBuilder<K, V> changed = copy();
    changed.consistency = requireNonNull(level, "consistency");
    return changed;
  }

  /** How copies are kept. {@link Consistency#defaultReplication()}, unless said otherwise. */
  public StoreBuilder<K, V> replication(Replication protocol) {
    StoreBuilder<K, V> changed = copy();
    changed.replication = Optional.of(requireNonNull(protocol, "replication"));
    return changed;
  }

  /** How many copies there are of each entry. Three, unless said otherwise. */
  public StoreBuilder<K, V> replicas(int number) {
    StoreBuilder<K, V> changed = copy();
    changed.replicas = number;
    return changed;
  }

  /**
   * How many nodes there are. As many as {@link #replicas}, unless said otherwise: then each node
   * holds every shard. Where there are more, each {@linkplain #shards shard} is on as many of them
   * as there are replicas, and each node holds its share of the shards:
   *
   * <pre>{@code
   * KVStore.builder().nodes(9).replicas(3).shards(12)   // each node holds four of the twelve
   * }</pre>
   *
   * <p>The crash of a node then concerns the shards that it holds, and no other. Which nodes hold a
   * shard is told by {@link Cluster#holders}; a client {@linkplain KVStore#at at a node} reaches
   * all keys.
   */
  public StoreBuilder<K, V> nodes(int number) {
    StoreBuilder<K, V> changed = copy();
    changed.nodes = OptionalInt.of(number);
    return changed;
  }

  /**
   * Into how many parts the keys are split by their hash, each replicated by itself. One, unless
   * said otherwise.
   */
  public StoreBuilder<K, V> shards(int number) {
    StoreBuilder<K, V> changed = copy();
    changed.shards = number;
    changed.splits = List.of();
    return changed;
  }

  /**
   * Splits the keys by their order, in place of {@link #shards} by their hash: each of these keys
   * is the first of another shard. A scan then asks only the shards that its range meets, and a
   * batch of keys that are close to each other can be done as one.
   *
   * <pre>{@code
   * KVStore.builder().splitAt("g", "p")   // up to g; from g and up to p; from p on
   * }</pre>
   *
   * @param firstKeys ascending, in the order of their {@linkplain #keys bytes}
   */
  @SafeVarargs
  public final StoreBuilder<K, V> splitAt(K... firstKeys) {
    List<Bytes> encoded = new ArrayList<>();
    for (K key : requireNonNull(firstKeys, "firstKeys")) {
      encoded.add(keys.encode(requireNonNull(key, "firstKeys")));
    }
    StoreBuilder<K, V> changed = copy();
    changed.splits = encoded;
    changed.shards = encoded.size() + 1;
    return changed;
  }

  /**
   * At the causal and eventual levels, how many replicas hold a write before it is answered. One,
   * unless said otherwise; with {@link Replication#QUORUM} a majority.
   */
  public StoreBuilder<K, V> acks(int number) {
    StoreBuilder<K, V> changed = copy();
    changed.acks = OptionalInt.of(number);
    return changed;
  }

  /**
   * With {@link Replication#QUORUM} at the eventual level, how many replicas answer a read of a
   * key, of which the newest counts. A majority, unless said otherwise. Where this and {@link
   * #acks} are more than there are replicas together, one of those that answer has each write that
   * was answered before.
   *
   * <pre>{@code
   * KVStore.builder().consistency(EVENTUAL).replication(QUORUM).acks(3).readsFrom(1)   // fast reads
   * }</pre>
   */
  public StoreBuilder<K, V> readsFrom(int number) {
    StoreBuilder<K, V> changed = copy();
    changed.readsFrom = OptionalInt.of(number);
    return changed;
  }

  /** How long a call waits for its answer. Five seconds, unless said otherwise. */
  public StoreBuilder<K, V> timeout(Duration time) {
    StoreBuilder<K, V> changed = copy();
    changed.timeout = Coder.requirePositive("timeout", time);
    return changed;
  }

  /** What the store refuses to exceed. {@link Limits#DEFAULT}, unless said otherwise. */
  public StoreBuilder<K, V> limits(Limits refused) {
    StoreBuilder<K, V> changed = copy();
    changed.limits = requireNonNull(refused, "limits");
    return changed;
  }

  /**
   * How many entries the store holds at the most. As many as it is given, unless said otherwise.
   * When a write would make it more, the entry that is worth least, by how often and how lately it
   * was written and read, is removed together with that write, on every replica; who watches the
   * store is told so ({@link Changed#cause()}).
   *
   * <pre>{@code
   * KVStore.builder().consistency(SEQUENTIAL).maximumEntries(100_000)   // a replicated cache
   * }</pre>
   *
   * <p>Each {@linkplain #shards shard} holds its part of them, rounded down. {@link
   * Limits#heldBytes()} holds beside it: what exceeds that is refused. A {@linkplain KVStore#table
   * table} has a capacity only if that is said of the table.
   *
   * @throws IllegalStateException after {@link #maximumBytes}: a store is bounded by one of the two
   */
  public StoreBuilder<K, V> maximumEntries(long entries) {
    return within(new Capacity(entries, Capacity.Unit.ENTRIES));
  }

  /**
   * The same by what the entries take: their keys, their values, and {@value Limits#ENTRY_BYTES}
   * bytes for each. A value that is longer than all of it is refused.
   *
   * @throws IllegalStateException after {@link #maximumEntries}
   */
  public StoreBuilder<K, V> maximumBytes(long bytes) {
    return within(new Capacity(bytes, Capacity.Unit.BYTES));
  }

  private StoreBuilder<K, V> within(Capacity most) {
    StoreBuilder<K, V> changed = copy();
    changed.capacity = Optional.of(Coder.requireOneUnit(capacity, most));
    return changed;
  }

  /**
   * Where replicas keep their data, a folder for each. What is there is recovered. In memory only,
   * unless said otherwise.
   */
  public StoreBuilder<K, V> storageDirectory(Path directory) {
    StoreBuilder<K, V> changed = copy();
    changed.storageDirectory = Optional.of(requireNonNull(directory, "storageDirectory"));
    return changed;
  }

  /**
   * Where each replica lists the operations that it performed, in {@code order_result_<node>.txt}.
   * Nowhere by default.
   */
  public StoreBuilder<K, V> outputDirectory(Path directory) {
    StoreBuilder<K, V> changed = copy();
    changed.outputDirectory = Optional.of(requireNonNull(directory, "outputDirectory"));
    return changed;
  }

  /**
   * When a group of replicas goes on without a member that is not heard from. {@link
   * Failover#DEFAULT}, unless said otherwise.
   */
  public StoreBuilder<K, V> failover(Failover when) {
    StoreBuilder<K, V> changed = copy();
    changed.failover = requireNonNull(when, "failover");
    return changed;
  }

  /**
   * After how long the shards of a node that is down, or serves in none of their groups, get a new
   * copy on another one. Five minutes, unless said otherwise: longer than it takes to start a node
   * again. It is for stores with more {@linkplain #nodes nodes} than replicas whose failover is
   * automatic; elsewhere there is no node to take a copy. {@code ChronoUnit.FOREVER.getDuration()}
   * never replaces one.
   */
  public StoreBuilder<K, V> replacesLostAfter(Duration time) {
    StoreBuilder<K, V> changed = copy();
    Duration checked = Coder.requirePositive("replacesLostAfter", time);
    changed.replacesLostAfter = Duration.ofNanos(Nanos.of(checked));
    return changed;
  }

  /** What runs the store. The one that {@link ServiceLoader} finds, unless said otherwise. */
  public StoreBuilder<K, V> engine(Engine runner) {
    StoreBuilder<K, V> changed = copy();
    changed.engine = Optional.of(requireNonNull(runner, "engine"));
    return changed;
  }

  /**
   * Starts the store.
   *
   * @throws IllegalArgumentException when a setting, or two of them together, make no sense
   * @throws IllegalStateException when no engine is there, or several are and none was named
   */
  public KVStore<K, V> open() {
    Settings settings =
        new Settings(
            consistency,
            replication.orElse(consistency.defaultReplication()),
            replicas,
            nodes.orElse(replicas),
            shards,
            splits,
            acks,
            readsFrom,
            limits,
            storageDirectory,
            outputDirectory,
            failover,
            replacesLostAfter,
            capacity);
    return TypedStore.over(
        engine.orElseGet(StoreBuilder::theOnlyEngine).open(settings),
        new Coder<>(keys, values, limits),
        Nanos.of(timeout),
        settings.asTable());
  }

  private static Engine theOnlyEngine() {
    List<Engine> found =
        ServiceLoader.load(Engine.class).stream().map(ServiceLoader.Provider::get).toList();
    if (found.size() != 1) {
      throw new IllegalStateException(
          found.isEmpty()
              ? "no engine found: put kvstore-core on the class path or module path"
              : "several engines found ("
                  + found.stream().map(Engine::name).collect(Collectors.joining(", "))
                  + "): name one with engine(…)");
    }
    return found.get(0);
  }
}
