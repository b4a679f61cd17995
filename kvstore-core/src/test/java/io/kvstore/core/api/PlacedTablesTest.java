package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shards of tables where there are more nodes than replicas. */
class PlacedTablesTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final NodeId N0 = NodeId.of(0);

  private final Simulation simulation = Simulation.withSeed(11);

  private StoreBuilder<String, String> builder() {
    return KVStore.builder().nodes(4).replicas(2).shards(2).engine(simulation);
  }

  private static List<KVStore<String, String>> tables(KVStore<String, String> store) {
    return Stream.of("a", "b", "c")
        .map(
            name -> store.table(name, table -> table.consistency(Consistency.SEQUENTIAL).shards(2)))
        .toList();
  }

  private static void fill(List<KVStore<String, String>> stores) {
    for (KVStore<String, String> each : stores) {
      for (int i = 0; i < 20; i++) {
        each.put("k" + i, "v" + i);
      }
    }
  }

  private static void assertFull(List<KVStore<String, String>> stores) {
    for (KVStore<String, String> each : stores) {
      assertThat(each.size()).isEqualTo(20);
      assertThat(each.get("k7")).contains("v7");
    }
  }

  private static List<Integer> loads(KVStore<String, String> store, int shards) {
    Cluster cluster = store.cluster();
    List<Integer> loads = new ArrayList<>();
    for (NodeId node : cluster.nodes()) {
      int held = 0;
      for (int shard = 0; shard < shards; shard++) {
        held += cluster.holders(shard).contains(node) ? 1 : 0;
      }
      loads.add(held);
    }
    return loads;
  }

  @Test
  void tablesAreSpreadOverTheNodesAndMoveWithThem() {
    try (KVStore<String, String> store = builder().open()) {
      List<KVStore<String, String>> tables = tables(store);
      fill(tables);
      assertThat(loads(store, 8)).containsExactly(4, 4, 4, 4);

      NodeId added = store.cluster().add();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(loads(store, 8)).allMatch(load -> load == 3 || load == 4);
      assertFull(tables);

      store.cluster().remove(N0);
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(loads(store, 8)).containsExactly(4, 4, 4, 4);
      assertFull(tables);
      assertThat(tables.get(2).at(added).get("k7")).contains("v7");
      simulation.runFor(Duration.ofSeconds(30));
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
      assertThat(simulation.sizes()).isEmpty();
    }
  }

  @Test
  void aTableThatIsDroppedWhileItsShardsMoveLeavesTheOthersToMoveOn() {
    try (KVStore<String, String> store = builder().open()) {
      List<KVStore<String, String>> tables = tables(store);
      fill(tables);
      NodeId added = store.cluster().add();
      for (int i = 0; i < 100 && store.cluster().rebalancing().underWay().isEmpty(); i++) {
        simulation.runFor(Duration.ofMillis(1));
      }
      assertThat(store.cluster().rebalancing().underWay()).isNotEmpty();
      for (String name : List.of("a", "b")) {
        store.dropTable(name);
      }
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(store.cluster().awaitMember(added, LONG)).isTrue();
      assertFull(tables.subList(2, 3));
      simulation.runFor(Duration.ofSeconds(30));
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
      assertThat(simulation.sizes()).isEmpty();
    }
  }

  @Test
  void aTableIsMadeOnNodesThatRun() {
    try (KVStore<String, String> store = builder().open()) {
      store.cluster().crash(N0);
      List<KVStore<String, String>> tables = tables(store);
      fill(tables);
      for (KVStore<String, String> table : tables) {
        assertThat(table.cluster().holders(0)).doesNotContain(N0);
        assertThat(table.cluster().holders(1)).doesNotContain(N0);
      }
      store.cluster().restart(N0);
      assertThat(store.cluster().awaitMember(N0, LONG)).isTrue();
      assertThat(store.cluster().awaitBalance(LONG)).isTrue();
      assertThat(loads(store, 8)).containsExactly(4, 4, 4, 4);
      assertFull(tables);
    }
  }
}
