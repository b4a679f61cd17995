package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.CacheCounts;
import io.kvstore.Changed;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.FullException;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.StoreBuilder;
import io.kvstore.Update;
import io.kvstore.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores that hold no more than they may: what goes, what is told of it, where it is refused. */
@Timeout(120)
class BoundedStoreTest {
  private static final int CALLERS = 4;
  private static final int BOUND = 2_000;

  private static StoreBuilder<String, String> bounded(
      Consistency consistency, Replication replication, long entries) {
    return KVStore.builder()
        .consistency(consistency)
        .replication(replication)
        .maximumEntries(entries);
  }

  /** At every cell with one order the bound holds at each moment, on every replica. */
  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "LINEARIZABLE, CHAIN",
    "LINEARIZABLE, CRAQ",
    "LINEARIZABLE, RAFT",
    "LINEARIZABLE, LEASEGUARD",
    "LINEARIZABLE, SHARED_LOG",
    "SEQUENTIAL, PRIMARY",
    "SEQUENTIAL, SHARED_LOG",
    "EVENTUAL, PRIMARY",
    "EVENTUAL, RAFT"
  })
  void fourCallersNeverWriteMoreThanMayBe(Consistency consistency, Replication replication)
      throws Exception {
    try (KVStore<String, String> store = bounded(consistency, replication, BOUND).open()) {
      long most = writeAndSample(store);

      assertThat(most).isBetween(BOUND / 2L, (long) BOUND);
      assertReplicasAreEqual(store, BOUND);
    }
  }

  @Test
  void theBoundHoldsWithAThreadForEachReplicaAndDatalet() throws Exception {
    try (KVStore<String, String> store =
        bounded(Consistency.LINEARIZABLE, Replication.PRIMARY, BOUND)
            .engine(new InProcess().placement(Placement.DEDICATED))
            .open()) {
      assertThat(writeAndSample(store)).isBetween(BOUND / 2L, (long) BOUND);
      assertReplicasAreEqual(store, BOUND);
    }
  }

  /**
   * Where each member decides for itself, what the others write at once comes on top for a moment.
   */
  @ParameterizedTest
  @EnumSource(
      value = Consistency.class,
      names = {"CAUSAL", "EVENTUAL"})
  void whereMembersWriteIndependentlyTheyConverge(Consistency consistency) throws Exception {
    try (KVStore<String, String> store =
        bounded(consistency, Replication.BROADCAST, BOUND).open()) {
      assertThat(writeAndSample(store)).isBetween(BOUND / 2L, BOUND + BOUND / 100L);
      await(() -> store.cluster().replicas().stream().mapToLong(ReplicaStatus::lag).sum() == 0);
      assertReplicasAreEqual(store, -1);
      assertThat(store.size()).isLessThanOrEqualTo(BOUND + BOUND / 100L);
    }
  }

  @Test
  void tinyStoresHoldTheirBoundWithManyWritesUnderWay() {
    try (KVStore<String, String> store =
        bounded(Consistency.LINEARIZABLE, Replication.RAFT, 3).open()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        all.add(store.async().put("key " + i, "v"));
        if (i % 100 == 0) {
          assertThat(store.size()).isLessThanOrEqualTo(3);
        }
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
      assertThat(store.size()).isEqualTo(3);
      assertReplicasAreEqual(store, 3);
    }
  }

  /** Returns the most that was there while four callers wrote 1.2 times as many as may be. */
  private static long writeAndSample(KVStore<String, String> store) throws Exception {
    AtomicLong most = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int its = caller;
      Thread thread =
          new Thread(
              () -> {
                try (var session = store.session()) {
                  for (int i = 0; i < BOUND * 12 / 10 / CALLERS; i++) {
                    session.put("caller " + its + " key " + i, "value " + i);
                    if (i % 20 == 0) {
                      most.accumulateAndGet(session.size(), Math::max);
                    }
                  }
                } catch (Throwable failed) {
                  failure.set(failed);
                }
              });
      callers.add(thread);
      thread.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(failure.get()).isNull();
    return Math.max(most.get(), store.size());
  }

  private static void assertReplicasAreEqual(KVStore<String, String> store, long size) {
    AtomicReference<Map<String, String>> first = new AtomicReference<>();
    await(
        () -> {
          List<Map<String, String>> all = new ArrayList<>();
          for (NodeId node : store.cluster().nodes()) {
            if (store.cluster().isRunning(node)) {
              Map<String, String> held = new HashMap<>();
              store
                  .at(node)
                  .snapshot()
                  .forEach(item -> held.put(item.key(), item.value() + " " + item.version()));
              all.add(held);
            }
          }
          first.set(all.get(0));
          return all.stream().allMatch(all.get(0)::equals);
        });
    if (size >= 0) {
      assertThat(first.get()).hasSize((int) size);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource({"PRIMARY", "CHAIN", "RAFT"})
  void theBoundHoldsAfterAFailover(Replication replication) {
    try (KVStore<String, String> store =
        bounded(Consistency.LINEARIZABLE, replication, 50)
            .engine(Simulation.withSeed(11))
            .failover(Failover.DEFAULT)
            .open()) {
      for (int i = 0; i < 100; i++) {
        store.put("key " + i, "value");
      }
      store.cluster().crash(NodeId.of(0));
      for (int i = 100; i < 200; i++) {
        store.put("key " + i, "value");
        assertThat(store.size()).isEqualTo(50);
      }
      store.cluster().restart(NodeId.of(0));
      assertThat(store.cluster().awaitMember(NodeId.of(0), Duration.ofSeconds(20))).isTrue();
      store.put("last", "value");
      assertReplicasAreEqual(store, 50);
    }
  }

  @Test
  void aWatchIsToldWhatWasEvictedTogetherWithTheWrite() {
    try (KVStore<String, String> store =
            bounded(Consistency.LINEARIZABLE, Replication.PRIMARY, 2)
                .engine(Simulation.withSeed(1))
                .open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      store.put("a", "1");
      store.put("b", "2");
      store.put("c", "3");
      store.remove("c");

      assertThat(watch.poll(Duration.ofSeconds(1)).orElseThrow().changes().get(0).cause())
          .isEqualTo(Changed.Cause.WRITTEN);
      watch.poll(Duration.ofSeconds(1));
      List<Changed<String, String>> changes =
          watch.poll(Duration.ofSeconds(1)).orElseThrow().changes();
      assertThat(changes).hasSize(2);
      assertThat(changes.get(0).key()).isEqualTo("c");
      assertThat(changes.get(1).cause()).isEqualTo(Changed.Cause.EVICTED);
      assertThat(changes.get(1).isRemoval()).isTrue();
      assertThat(watch.poll(Duration.ofSeconds(1)).orElseThrow().changes().get(0).cause())
          .isEqualTo(Changed.Cause.REMOVED);
    }
  }

  @Test
  void whatIsReadOftenStays() {
    try (KVStore<String, String> store =
        bounded(Consistency.LINEARIZABLE, Replication.PRIMARY, 100).open()) {
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < 5_000; i++) {
        String often = "often " + random.nextInt(50);
        if (store.get(often).isEmpty()) {
          store.put(often, "v");
        }
        store.put("once " + i, "v");
      }

      long left = store.scan(Scan.prefix("often ")).size();
      assertThat(left).isGreaterThan(40);
      CacheCounts counts = store.cluster().replica(NodeId.of(0), 0).cache();
      assertThat(counts.hits()).isGreaterThan(3_000);
      assertThat(counts.misses()).isGreaterThanOrEqualTo(50);
      assertThat(counts.evictions()).isEqualTo(5_000 + counts.misses() - 100);
    }
  }

  @Test
  void bytesAreBoundedLikeEntries() {
    long bytes = 10_000;
    try (KVStore<String, String> store =
        KVStore.builder().maximumBytes(bytes).engine(Simulation.withSeed(1)).open()) {
      for (int i = 0; i < 200; i++) {
        store.put("key " + i, "x".repeat(i));
        ReplicaStatus primary = store.cluster().replica(NodeId.of(0), 0);
        assertThat(primary.bytes() + primary.entries() * Limits.ENTRY_BYTES)
            .isLessThanOrEqualTo(bytes);
      }
      assertThat(store.size()).isGreaterThan(10);
      store.append("key 199", "x".repeat(8_000));
      assertThat(store.get("key 199").orElseThrow()).hasSize(8_199);
      assertThatThrownBy(() -> store.put("a", "x".repeat(10_000)))
          .isInstanceOf(FullException.class)
          .hasMessageContaining("maximumBytes(10000)");
    }
  }

  @Test
  void aBatchThatCouldNeverFitIsRefused() {
    try (KVStore<String, String> store =
        bounded(Consistency.LINEARIZABLE, Replication.PRIMARY, 2)
            .engine(Simulation.withSeed(1))
            .open()) {
      assertThatThrownBy(
              () ->
                  store.batch(
                      List.of(Update.put("a", "1"), Update.put("b", "1"), Update.put("c", "1"))))
          .isInstanceOf(FullException.class)
          .hasMessageContaining("3 entries");
      assertThat(store.batch(List.of(Update.put("a", "1"), Update.put("b", "1")))).isTrue();
      assertThat(store.batch(List.of(Update.put("c", "1"), Update.put("d", "1")))).isTrue();
      assertThat(store.size()).isEqualTo(2);
    }
  }

  @Test
  void eachTableHasABoundOfItsOwn() {
    try (KVStore<String, String> store =
        bounded(Consistency.LINEARIZABLE, Replication.PRIMARY, 5)
            .engine(Simulation.withSeed(1))
            .open()) {
      KVStore<String, String> bounded = store.table("bounded", table -> table.maximumEntries(3));
      KVStore<String, String> free = store.table("free", table -> table);
      for (int i = 0; i < 20; i++) {
        store.put("key " + i, "v");
        bounded.put("key " + i, "v");
        free.put("key " + i, "v");
      }

      assertThat(store.size()).isEqualTo(5);
      assertThat(bounded.size()).isEqualTo(3);
      assertThat(free.size()).isEqualTo(20);
      assertThatThrownBy(() -> store.table("bounded", table -> table.maximumEntries(4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maximumEntries(3)");
    }
  }

  @Test
  void whatComesBackFromDiskIsBoundedToo(@TempDir Path directory) {
    StoreBuilder<String, String> builder =
        KVStore.builder().replicas(1).storageDirectory(directory);
    try (KVStore<String, String> store = builder.maximumEntries(10).open()) {
      store.table("t", table -> table.maximumEntries(2));
      for (int i = 0; i < 20; i++) {
        store.put("key " + i, "v");
      }
    }
    try (KVStore<String, String> store = builder.maximumEntries(4).open()) {
      assertThat(store.size()).isEqualTo(10);
      store.put("more", "v");
      assertThat(store.size()).isEqualTo(4);
      KVStore<String, String> table = store.table("t");
      for (int i = 0; i < 5; i++) {
        table.put("key " + i, "v");
      }
      assertThat(table.size()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, TOTAL_ORDER",
    "LINEARIZABLE, LOCKING",
    "LINEARIZABLE, QUORUM",
    "EVENTUAL, QUORUM",
    "EVENTUAL, KEY_OWNER"
  })
  void whereNobodyCanEvictItIsRefused(Consistency consistency, Replication replication) {
    assertThatThrownBy(() -> bounded(consistency, replication, 10).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maximumEntries(10) is not for " + replication);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(consistency)
            .maximumEntries(10)
            .engine(Simulation.withSeed(1))
            .open()) {
      assertThatThrownBy(() -> store.cluster().reconfigure(consistency, replication))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not for " + replication);
    }
  }

  @Test
  void misuseIsToldAtOnce() {
    assertThatThrownBy(() -> KVStore.builder().maximumEntries(0))
        .hasMessage("maximumEntries must be at least 1, not 0");
    assertThatThrownBy(() -> KVStore.builder().maximumEntries(10).maximumBytes(10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one of the two");
    assertThatThrownBy(() -> KVStore.builder().shards(4).maximumEntries(3).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shards(4)");
  }
}
