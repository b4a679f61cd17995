package io.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicated stores whose replicas live in RocksDB, some of them or all. */
class StoreTest {
  private static final NodeId SECOND = NodeId.of(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private StoreBuilder<String, String> builder(DataletFactory datalets) {
    return KVStore.builder().timeout(PATIENCE).engine(new InProcess().datalet(datalets));
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAnsweredIsThereWhenItIsOpenedAgain(Consistency level) {
    StoreBuilder<String, String> builder =
        builder(RocksDatalets.in(directory)).consistency(level).shards(2);
    Map<String, String> expected;
    try (KVStore<String, String> store = builder.open()) {
      for (int i = 0; i < 100; i++) {
        store.put("key" + i, "value" + i);
      }
      store.remove("key7");
      store.append("key9", "+");
      store.put("short", "lived", Duration.ofNanos(1));
      expected = contentsOf(store);
      assertThat(expected).hasSize(99).containsEntry("key9", "value9+");
    }
    try (KVStore<String, String> store = builder.open()) {
      assertConverged(store, expected);
      store.cluster().crash(SECOND);
      store.cluster().awaitMember(NodeId.of(0), PATIENCE);
      store.put("key1", "while one was down");
      store.remove("key2");
      store.cluster().restart(SECOND);
      assertThat(store.cluster().awaitMember(SECOND, PATIENCE)).isTrue();
      expected = contentsOf(store);
      assertThat(expected).hasSize(98).containsEntry("key1", "while one was down");
      assertConverged(store, expected);
      store.clear();
      assertConverged(store, Map.of());
    }
    try (KVStore<String, String> store = builder.open()) {
      assertConverged(store, Map.of());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPlacementRunsItBesideOthers(Placement placement) {
    DataletFactory mixed =
        Datalets.inTurn(Datalets.hash(), Datalets.tree(), RocksDatalets.in(directory));
    try (KVStore<String, String> store =
        KVStore.builder()
            .timeout(PATIENCE)
            .engine(new InProcess().placement(placement).datalet(mixed))
            .open()) {
      for (int i = 0; i < 300; i++) {
        store.put("key" + i, "value" + i);
      }
      NodeId added = store.cluster().add(); // the fourth, a hash: takes all over
      assertThat(store.cluster().awaitMember(added, PATIENCE)).isTrue();
      for (int i = 0; i < 2; i++) {
        added = store.cluster().add(); // a tree, and a RocksDB
        assertThat(store.cluster().awaitMember(added, PATIENCE)).isTrue();
      }
      assertConverged(store, contentsOf(store));
      assertThat(directory.resolve("n5")).isDirectory();
    }
  }

  /** The store's record is in RocksDB, too: which nodes hold what, and which tables there are. */
  @Test
  void shardsOnSomeOfTheNodesAndTablesComeBack() {
    StoreBuilder<String, String> builder =
        builder(RocksDatalets.in(directory)).nodes(4).replicas(2).shards(3);
    try (KVStore<String, String> store = builder.open()) {
      store.put("key", "value");
      store.table("visits", table -> table.consistency(Consistency.EVENTUAL)).put("page", "1");
    }
    assertThatThrownBy(builder(RocksDatalets.in(directory)).shards(2)::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 shards");
    try (KVStore<String, String> store = builder.open()) {
      assertThat(store.get("key")).contains("value");
      assertThat(store.table("visits").get("page")).contains("1");
      store.dropTable("visits");
    }
  }

  @Test
  void aDirectoryIsForOneStoreAtATime() {
    StoreBuilder<String, String> builder = builder(RocksDatalets.in(directory));
    try (KVStore<String, String> store = builder.open()) {
      store.put("key", "value");
      assertThatThrownBy(builder::open)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("is already open in this process");
      assertThat(store.get("key")).contains("value");
    }
  }

  /** Nothing of them is on the heap, so the limit for what is there does not count them. */
  @Test
  void moreThanTheLimitForTheHeapFits() {
    Limits small = Limits.DEFAULT.withHeldBytes(10_000);
    try (KVStore<String, String> store =
        builder(RocksDatalets.in(directory)).limits(small).open()) {
      for (int i = 0; i < 300; i++) {
        store.put("key" + i, "a value of some length, so that all of them are more than the limit");
      }
      assertThat(store.size()).isEqualTo(300);
    }
  }

  private static void assertConverged(KVStore<String, String> store, Map<String, String> expected) {
    for (NodeId node : store.cluster().nodes()) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!contentsOf(store.at(node)).equals(expected) && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(contentsOf(store.at(node))).as("at %s", node).isEqualTo(expected);
    }
  }

  private static Map<String, String> contentsOf(KVStore<String, String> store) {
    return store.snapshot().stream().collect(Collectors.toMap(Item::key, Item::value));
  }
}
