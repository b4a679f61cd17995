package io.kvstore.micrometer;

import io.kvstore.Health;
import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The meters of a store in one registry. */
final class StoreMeters {
  private final MeterRegistry registry;
  private final Sampler sampler;
  private final Tags tags;

  private final List<Meter> ofStore = new ArrayList<>();
  private final Map<Object, List<Meter>> ofOwners = new HashMap<>(); // nodes and replicas
  private boolean isClosed;

  StoreMeters(MeterRegistry registry, Sampler sampler, Tags tags) {
    this.registry = registry;
    this.sampler = sampler;
    this.tags = tags;
  }

  /** Registers what a store has once, whatever nodes there are. */
  synchronized void open() {
    for (Health health : Health.values()) {
      ofStore.add(
          gauge("kvstore.health", "Whether this is how the store is.", s -> s.is(health))
              .tags(tags.and("health", health.name().toLowerCase(Locale.ROOT)))
              .register(registry));
    }
    ofStore.add(
        gauge("kvstore.shards.moving", "Copies of shards on their way.", Sample::movingShards)
            .tags(tags)
            .register(registry));
    ofStore.add(
        counter("kvstore.losses", "Times a group has lost everything.", Sample::losses)
            .tags(tags)
            .register(registry));
    refresh();
  }

  /** Registers what is new, and removes what is gone. */
  synchronized void refresh() {
    if (isClosed) {
      return;
    }
    Set<Object> owners = sampler.fresh().owners();
    if (owners.isEmpty()) {
      return; // not known at the moment
    }
    ofOwners.forEach(
        (owner, meters) -> {
          if (!owners.contains(owner)) {
            remove(meters);
          }
        });
    ofOwners.keySet().retainAll(owners);
    owners.forEach(each -> ofOwners.computeIfAbsent(each, this::register));
  }

  synchronized void close() {
    isClosed = true;
    remove(ofStore);
    ofOwners.values().forEach(this::remove);
    ofOwners.clear();
  }

  private void remove(List<Meter> meters) {
    meters.forEach(registry::remove);
  }

  private List<Meter> register(Object owner) {
    if (owner instanceof NodeId node) {
      return List.of(
          gauge("kvstore.node.up", "Whether the node serves.", s -> s.isUp(node))
              .tags(tags.and("node", node.toString()))
              .register(registry));
    }
    ReplicaId id = (ReplicaId) owner;
    Tags all = tags.and("node", id.node().toString(), "shard", String.valueOf(id.shard()));
    return List.of(
        replica(id, all, "primary", "Whether it is the primary.", r -> r.isPrimary() ? 1 : 0),
        gauge("kvstore.view.epoch", "The view that it is in.", s -> s.of(id, ReplicaStatus::epoch))
            .tags(all)
            .register(registry),
        replica(id, all, "position", "How far it has got.", ReplicaStatus::position),
        replica(id, all, "lag", "How much it has yet to get.", ReplicaStatus::lag),
        replica(id, all, "entries", "Entries that have a value.", ReplicaStatus::entries),
        gauge(
                "kvstore.replica.bytes",
                "Bytes of keys and values.",
                s -> s.of(id, ReplicaStatus::bytes))
            .baseUnit(BaseUnits.BYTES)
            .tags(all)
            .register(registry),
        traffic(
            id,
            all,
            "operations",
            "Operations that clients asked for.",
            r -> r.traffic().operations()),
        traffic(id, all, "messages.sent", "Messages to other replicas.", r -> r.traffic().sent()),
        traffic(
            id,
            all,
            "messages.received",
            "Messages of other replicas.",
            r -> r.traffic().received()),
        traffic(
            id,
            all,
            "messages.dropped",
            "Messages that were lost, or came too late.",
            r -> r.traffic().dropped()));
  }

  private Meter replica(
      ReplicaId id, Tags all, String name, String help, ToDoubleFunction<ReplicaStatus> figure) {
    return gauge("kvstore.replica." + name, help, s -> s.of(id, figure))
        .tags(all)
        .register(registry);
  }

  private Meter traffic(
      ReplicaId id, Tags all, String name, String help, ToDoubleFunction<ReplicaStatus> count) {
    return counter("kvstore.replica." + name, help, s -> s.of(id, count))
        .tags(all)
        .register(registry);
  }

  private Gauge.Builder<Sampler> gauge(String name, String help, ToDoubleFunction<Sample> figure) {
    return Gauge.builder(name, sampler, s -> s.read(figure)).description(help);
  }

  private FunctionCounter.Builder<Sampler> counter(
      String name, String help, ToDoubleFunction<Sample> count) {
    GrowingCount growing = new GrowingCount();
    return FunctionCounter.builder(
            name, sampler, s -> s.read(sample -> growing.next(count.applyAsDouble(sample))))
        .description(help);
  }
}
