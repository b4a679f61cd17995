package io.kvstore.micrometer;

import static java.util.Objects.requireNonNull;

import io.kvstore.KVStore;
import io.kvstore.Registration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Binds the figures of a store to a registry: what its {@link io.kvstore.Cluster} tells.
 *
 * <pre>{@code
 * KVStoreMetrics.of(store, Tags.of("store", "orders")).bindTo(registry);
 * }</pre>
 *
 * <table>
 *   <caption>The meters; each has the tag {@code store}, too</caption>
 *   <tr><th>name</th><th>tags</th><th>what it is</th></tr>
 *   <tr><td>{@code kvstore.health}</td><td>{@code health}: whole, degraded, impaired</td>
 *       <td>1 for the {@link io.kvstore.Health} that the store has, 0 for the others</td></tr>
 *   <tr><td>{@code kvstore.losses}</td><td></td>
 *       <td>counts {@link io.kvstore.Cluster#losses}</td></tr>
 *   <tr><td>{@code kvstore.shards.moving}</td><td></td>
 *       <td>copies of shards on their way, or to come: {@link io.kvstore.Cluster#rebalancing}</td></tr>
 *   <tr><td>{@code kvstore.node.up}</td><td>{@code node}</td>
 *       <td>1 while the node {@linkplain io.kvstore.NodeStatus#SERVING serves}, or else 0</td></tr>
 *   <tr><td>{@code kvstore.view.epoch}, {@code kvstore.replica.primary}, {@code position}, {@code lag}, {@code
 *       entries}, {@code bytes}</td><td>{@code node}, {@code shard}</td>
 *       <td>figures of {@link io.kvstore.ReplicaStatus}</td></tr>
 *   <tr><td>{@code kvstore.replica.operations}, {@code messages.sent}, {@code messages.received},
 *       {@code messages.dropped}</td><td>{@code node}, {@code shard}</td>
 *       <td>counts of {@link io.kvstore.Traffic}, which go on when a node starts again</td></tr>
 * </table>
 *
 * <p>The meters of nodes and replicas come and go with these. Figures are at most a fifth of a
 * second old. A registry does not keep the store alive: once it is closed, or the application has
 * let it go, figures become those of nodes that are down, or NaN; counts stay as they are. None of
 * them throws. A {@linkplain KVStore#table table} shows its own shards, as long as the application
 * holds what {@code table(…)} returned.
 */
public final class KVStoreMetrics implements MeterBinder, AutoCloseable {
  private static final Tags DEFAULT_TAGS = Tags.of("store", "default");

  private final WeakReference<KVStore<?, ?>> store;
  private final Tags tags;
  private final List<StoreMeters> bound = new ArrayList<>();
  private final List<Registration> registrations = new ArrayList<>();

  private KVStoreMetrics(KVStore<?, ?> store, Tags tags) {
    this.store = new WeakReference<>(store);
    this.tags = tags;
  }

  /** The figures of a store with the tag {@code store=default}. */
  public static KVStoreMetrics of(KVStore<?, ?> store) {
    return of(store, Tags.empty());
  }

  /**
   * The figures of a store with these tags on every meter.
   *
   * @param tags the name of the store as {@code store}, {@code default} when it is missing; and
   *     whatever else tells it from other stores
   */
  public static KVStoreMetrics of(KVStore<?, ?> store, Iterable<Tag> tags) {
    return new KVStoreMetrics(
        requireNonNull(store, "store"), DEFAULT_TAGS.and(requireNonNull(tags, "tags")));
  }

  /**
   * Registers the meters.
   *
   * @throws IllegalStateException when the store is closed
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    KVStore<?, ?> present = store.get();
    if (present == null) {
      return;
    }
    StoreMeters meters =
        new StoreMeters(registry, new Sampler(store, registry.config().clock()), tags);
    // First the listener: a node that is added while the meters are registered is not missed.
    Registration registration = present.cluster().listen(event -> meters.refresh());
    meters.open();
    synchronized (this) {
      bound.add(meters);
      registrations.add(registration);
    }
  }

  /** Removes the meters from every registry that they were bound to. */
  @Override
  public synchronized void close() {
    registrations.forEach(Registration::close);
    registrations.clear();
    bound.forEach(StoreMeters::close);
    bound.clear();
  }
}
