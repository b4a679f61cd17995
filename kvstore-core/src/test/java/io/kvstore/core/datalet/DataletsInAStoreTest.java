package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.spi.DataletFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores over datalets other than the default. */
class DataletsInAStoreTest {
  @TempDir Path directory;

  private StoreBuilder<String, String> builder(Consistency level) {
    return KVStore.builder().consistency(level);
  }

  @ParameterizedTest
  @EnumSource
  void aStorageDirectoryKeepsWhatWasWritten(Consistency level) {
    StoreBuilder<String, String> durable = builder(level).storageDirectory(directory).shards(2);
    try (KVStore<String, String> store = durable.open()) {
      store.put("kept", "1");
      store.put("overwritten", "1");
      store.put("overwritten", "2");
      store.put("removed", "1");
      store.remove("removed");
    }
    try (KVStore<String, String> store = durable.open()) {
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).get("kept")).contains("1");
        assertThat(store.at(node).get("overwritten")).contains("2");
        assertThat(store.at(node).get("removed")).isEmpty();
      }
      long before = store.getVersioned("kept").orElseThrow().version();
      store.put("kept", "3");
      assertThat(store.getVersioned("kept").orElseThrow().version()).isGreaterThan(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRestartedNodeKeepsItsLog(Consistency level) {
    try (KVStore<String, String> store = builder(level).storageDirectory(directory).open()) {
      store.put("before", "1");
      store.cluster().crash(NodeId.of(1));
      store.cluster().restart(NodeId.of(1));
      store.put("after", "2");
      assertThat(store.session().at(NodeId.of(1)).get("before")).contains("1");
      assertThat(store.get("after")).contains("2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryIsForOneStoreAtATime(Consistency level) {
    StoreBuilder<String, String> durable = builder(level).storageDirectory(directory);
    try (KVStore<String, String> store = durable.open()) {
      assertThatThrownBy(durable::open).hasMessageContaining(directory.toString());
      store.put("still", "works");
      assertThat(store.get("still")).contains("works");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoreThatCannotBeOpenedLeavesNothingLocked(Consistency level) {
    DataletFactory logs = Datalets.log(directory);
    DataletFactory lastOneFails =
        (node, shard) -> {
          if (node.number() == 2) {
            throw new IllegalStateException("no space for " + node);
          }
          return logs.open(node, shard);
        };
    assertThatThrownBy(
            () -> builder(level).engine(new InProcess().datalet(lastOneFails)).open().close())
        .hasMessage("no space for n2");

    try (KVStore<String, String> store = builder(level).storageDirectory(directory).open()) {
      store.put("k", "v");
      assertThat(store.get("k")).contains("v");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClosedStoreStartsNoNodeAgain(Consistency level) {
    Cluster cluster;
    try (KVStore<String, String> store = builder(level).storageDirectory(directory).open()) {
      cluster = store.cluster();
      cluster.crash(NodeId.of(1));
    }
    assertThatThrownBy(() -> cluster.restart(NodeId.of(1))).hasMessage("the store is closed");
    assertThatThrownBy(() -> cluster.crash(NodeId.of(0))).hasMessage("the store is closed");
  }

  @ParameterizedTest
  @EnumSource
  void replicasMayHaveDifferentDatalets(Placement placement) {
    InProcess mixed =
        new InProcess()
            .placement(placement)
            .datalet(Datalets.inTurn(Datalets.hash(), Datalets.tree(), Datalets.log(directory)));
    try (KVStore<String, String> store = KVStore.builder().engine(mixed).open()) {
      for (int i = 0; i < 100; i++) {
        store.put("key" + i, "value" + i);
      }
      store.remove("key7");
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).snapshot()).hasSize(99).isEqualTo(store.snapshot());
      }
    }
  }
}
