package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.core.Simulation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores whose keys are split by their order. */
final class KeyRangesOfStoreTest {
  private final Simulation simulation = Simulation.withSeed(3);

  // Shard 0 on n0 to n2, shard 1 on n3 to n5, shard 2 on n6 to n8.
  private StoreBuilder<String, String> onNineNodes() {
    return KVStore.builder()
        .nodes(9)
        .replicas(3)
        .splitAt("g", "p")
        .timeout(Duration.ofMillis(500))
        .engine(simulation);
  }

  private static List<String> keysOf(List<Item<String, String>> items) {
    return items.stream().map(Item::key).toList();
  }

  @Test
  void eachKeyIsInTheShardOfItsRange() {
    try (KVStore<String, String> store = onNineNodes().open()) {
      List.of("a", "fz", "g", "o", "p", "q", "z").forEach(key -> store.put(key, "v"));
      simulation.runFor(Duration.ofSeconds(1));

      assertThat(store.cluster().shards()).isEqualTo(3);
      assertThat(store.cluster().replica(NodeId.of(0), 0).entries()).isEqualTo(2);
      assertThat(store.cluster().replica(NodeId.of(3), 1).entries()).isEqualTo(2);
      assertThat(store.cluster().replica(NodeId.of(6), 2).entries()).isEqualTo(3);
      assertThat(keysOf(store.scan(Scan.all())))
          .containsExactly("a", "fz", "g", "o", "p", "q", "z");
    }
  }

  @Test
  void onlyTheShardsThatARangeMeetsAreAsked() {
    try (KVStore<String, String> store = onNineNodes().open()) {
      store.put("a", "1");
      store.put("h", "2");
      store.put("i", "3");
      store.put("z", "4");
      List.of(6, 7, 8).forEach(node -> store.cluster().crash(NodeId.of(node)));

      assertThat(keysOf(store.scan(Scan.prefix("h")))).containsExactly("h");
      assertThat(keysOf(store.scan(Scan.range("a", "p")))).containsExactly("a", "h", "i");
      assertThat(keysOf(store.scan(Scan.from("h").until("i")))).containsExactly("h");
      assertThat(store.getAll(List.of("a", "i"))).isEqualTo(Map.of("a", "1", "i", "3"));
      assertThatThrownBy(() -> store.scan(Scan.all())).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> store.getAll(List.of("a", "z")))
          .isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void keysThatAreCloseToEachOtherMayBeInOneBatch() {
    try (KVStore<String, String> store = onNineNodes().open()) {
      store.batch(List.of(Update.put("user/1", "x"), Update.put("user/2", "y")));
      assertThat(keysOf(store.scan(Scan.prefix("user/")))).containsExactly("user/1", "user/2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.batch(List.of(Update.put("a", "x"), Update.put("user/2", "y"))))
          .withMessageContaining("'a' is in shard 0 while 'user/2' is in shard 2");
    }
  }

  @Test
  void whereKeysAreSplitMakesSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KVStore.builder().splitAt("p", "g").open())
        .withMessageContaining("'g' does not come after 'p'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KVStore.builder().splitAt("g", "g").open())
        .withMessageContaining("'g' does not come after 'g'");
    assertThatIllegalStateException()
        .isThrownBy(() -> KVStore.builder().splitAt("g").keys(Codecs.LONG))
        .withMessageContaining("keys(…) first");
    try (KVStore<Long, String> store =
        KVStore.builder()
            .keys(Codecs.LONG)
            .splitAt(-10L, 10L)
            .engine(Simulation.withSeed(4))
            .open()) {
      store.put(-11L, "a");
      store.put(3L, "b");
      store.put(11L, "c");
      assertThat(store.cluster().shards()).isEqualTo(3);
      assertThat(store.scan(Scan.all())).extracting(Item::key).containsExactly(-11L, 3L, 11L);
    }
    try (KVStore<String, String> store =
        KVStore.builder().splitAt("g", "p").shards(2).engine(simulation).open()) {
      assertThat(store.cluster().shards()).isEqualTo(2);
    }
  }

  @Test
  void aDirectoryIsOpenedWithTheSplitsThatItWasMadeWith(@TempDir Path directory) {
    StoreBuilder<String, String> builder = KVStore.builder().storageDirectory(directory);
    try (KVStore<String, String> store = builder.splitAt("g", "p").open()) {
      store.put("h", "kept");
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.shards(3).open())
        .withMessageContaining("split by their order at [g, p]: it cannot be opened with")
        .withMessageContaining("by hash");
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.splitAt("g", "q").open())
        .withMessageContaining("at [g, q]");
    try (KVStore<String, String> store = builder.splitAt("g", "p").open()) {
      assertThat(store.get("h")).contains("kept");
    }
  }
}
