package io.kvstore.micrometer;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KVStoreMetricsTest {
  private static final NodeId N2 = NodeId.of(2);

  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private KVStore<String, String> store =
      KVStore.builder().failover(Failover.after(Duration.ofMillis(50))).open();

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void figuresFollowTheLoad() {
    KVStoreMetrics.of(store, Tags.of("store", "orders")).bindTo(registry);
    assertThat(figure("kvstore.replica.entries", "node", "n0", "shard", "0")).isZero();

    for (int i = 0; i < 100; i++) {
      store.put("key " + i, "value");
    }
    assertThat(figure("kvstore.replica.entries", "node", "n0", "shard", "0"))
        .as("the same sample")
        .isZero();
    letTimePass();
    assertThat(figure("kvstore.replica.entries", "node", "n0", "shard", "0")).isEqualTo(100);
    assertThat(figure("kvstore.replica.bytes", "node", "n1")).isBetween(1_000.0, 2_000.0);
    assertThat(sum("kvstore.replica.operations")).isGreaterThanOrEqualTo(100);
    assertThat(sum("kvstore.replica.messages.sent")).isGreaterThanOrEqualTo(100);
    assertThat(sum("kvstore.replica.messages.received")).isGreaterThanOrEqualTo(100);
    assertThat(sum("kvstore.replica.primary")).isEqualTo(1);
    assertThat(figure("kvstore.view.epoch", "node", "n0")).isPositive();
    assertThat(sum("kvstore.node.up")).isEqualTo(3);
    assertThat(figure("kvstore.health", "health", "whole")).isEqualTo(1);
    assertThat(figure("kvstore.health", "health", "degraded")).isZero();
    assertThat(figure("kvstore.losses")).isZero();
    assertThat(figure("kvstore.shards.moving")).isZero();
  }

  @Test
  void everyMeterNamesItsStore() {
    KVStoreMetrics.of(store).bindTo(registry);
    try (KVStore<String, String> other = KVStore.builder().replicas(1).open()) {
      KVStoreMetrics.of(other, Tags.of("store", "other", "region", "eu")).bindTo(registry);

      assertThat(registry.getMeters())
          .allSatisfy(each -> assertThat(each.getId().getTag("store")).isIn("default", "other"))
          .allSatisfy(each -> assertThat(each.getId().getDescription()).isNotBlank());
      assertThat(registry.find("kvstore.node.up").tags("store", "other", "region", "eu").meters())
          .hasSize(1);
    }
  }

  @Test
  void aCrashedNodeShowsAndItsCountsGoOnWhenItIsBack() {
    KVStoreMetrics.of(store).bindTo(registry);
    store.put("key", "value");
    letTimePass();
    double received = figure("kvstore.replica.messages.received", "node", "n2");
    assertThat(received).isPositive();

    store.cluster().crash(N2);
    await(() -> figure("kvstore.node.up", "node", "n2") == 0);
    await(() -> figure("kvstore.health", "health", "degraded") == 1);
    await(() -> figure("kvstore.replica.entries", "node", "n2") == 0);
    assertThat(figure("kvstore.replica.messages.received", "node", "n2"))
        .isGreaterThanOrEqualTo(received);

    store.cluster().restart(N2);
    assertThat(store.cluster().awaitMember(N2, Duration.ofSeconds(10))).isTrue();
    await(() -> figure("kvstore.health", "health", "whole") == 1);
    assertThat(figure("kvstore.replica.messages.received", "node", "n2"))
        .isGreaterThanOrEqualTo(received);
  }

  @Test
  void metersComeAndGoWithNodes() {
    KVStoreMetrics.of(store).bindTo(registry);
    assertThat(nodesOf("kvstore.replica.lag")).containsExactlyInAnyOrder("n0", "n1", "n2");

    NodeId added = store.cluster().add();
    await(() -> nodesOf("kvstore.replica.lag").contains("n3"));
    assertThat(store.cluster().awaitMember(added, Duration.ofSeconds(10))).isTrue();
    await(() -> figure("kvstore.node.up", "node", "n3") == 1);

    store.cluster().remove(N2);
    await(() -> !nodesOf("kvstore.replica.lag").contains("n2"));
    assertThat(nodesOf("kvstore.node.up")).containsExactlyInAnyOrder("n0", "n1", "n3");
  }

  @Test
  void metersFollowShardsThatMove() {
    try (KVStore<String, String> placed = KVStore.builder().nodes(4).replicas(2).shards(4).open()) {
      KVStoreMetrics.of(placed).bindTo(registry);
      assertThat(registry.find("kvstore.replica.lag").meters()).hasSize(8);

      placed.cluster().remove(N2);
      assertThat(placed.cluster().awaitBalance(Duration.ofSeconds(20))).isTrue();
      await(() -> replicasOf(registry).equals(replicasOf(placed)));

      placed.cluster().add();
      await(() -> nodesOf("kvstore.replica.lag").contains("n4"));
    }
  }

  @Test
  void aTableShowsItsOwnShards() {
    KVStore<String, String> table = store.table("visits", visits -> visits.shards(2));
    KVStoreMetrics.of(table, Tags.of("store", "visits")).bindTo(registry);
    table.put("home", "1");

    assertThat(registry.find("kvstore.replica.entries").meters()).hasSize(6);
    letTimePass();
    assertThat(sum("kvstore.replica.entries")).isEqualTo(3);
  }

  @Test
  void aClosedStoreShowsNoFiguresAndThrowsNothing() {
    KVStoreMetrics.of(store).bindTo(registry);
    store.put("key", "value");
    letTimePass();
    double operations = sum("kvstore.replica.operations");

    store.close();
    letTimePass();
    assertThat(figure("kvstore.node.up", "node", "n0")).isIn(0.0, Double.NaN);
    assertThat(figure("kvstore.health", "health", "whole")).isIn(0.0, Double.NaN);
    assertThat(sum("kvstore.replica.operations")).isGreaterThanOrEqualTo(operations);
    assertThatThrownBy(() -> KVStoreMetrics.of(store).bindTo(registry))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aRegistryDoesNotKeepAClosedStoreAlive() {
    KVStoreMetrics.of(store).bindTo(registry);
    WeakReference<KVStore<String, String>> gone = new WeakReference<>(store);
    store.close();
    store = null;

    await(
        () -> {
          System.gc();
          return gone.get() == null;
        });
    letTimePass();
    assertThat(figure("kvstore.node.up", "node", "n0")).isNaN();
  }

  @Test
  void closingRemovesTheMetersAndTheStoreGoesOn() {
    KVStoreMetrics metrics = KVStoreMetrics.of(store);
    metrics.bindTo(registry);
    assertThat(registry.getMeters()).isNotEmpty();

    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
    store.cluster().add();
    store.put("key", "value");
    assertThat(registry.getMeters()).isEmpty();
  }

  private void letTimePass() {
    clock.add(Sampler.SAMPLE_NANOS, NANOSECONDS);
  }

  private double figure(String name, String... tags) {
    return value(registry.get(name).tags(tags).meter());
  }

  private double sum(String name) {
    return registry.get(name).meters().stream().mapToDouble(KVStoreMetricsTest::value).sum();
  }

  private static double value(Meter meter) {
    return meter.measure().iterator().next().getValue();
  }

  private Set<String> nodesOf(String name) {
    return registry.find(name).meters().stream()
        .map(each -> each.getId().getTag("node"))
        .collect(Collectors.toSet());
  }

  private static Set<List<Tag>> replicasOf(SimpleMeterRegistry registry) {
    return registry.find("kvstore.replica.lag").meters().stream()
        .map(each -> each.getId().getTags())
        .collect(Collectors.toSet());
  }

  private static Set<List<Tag>> replicasOf(KVStore<?, ?> store) {
    return store.cluster().replicas().stream()
        .map(
            each ->
                Tags.of("store", "default", "node", each.node().toString())
                    .and("shard", String.valueOf(each.shard()))
                    .stream()
                    .toList())
        .collect(Collectors.toSet());
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
      letTimePass();
    }
  }
}
