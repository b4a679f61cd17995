package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes no sense is refused at once, with the value and what was expected. */
final class MisuseTest {
  private static StoreBuilder<String, String> builder() {
    return KVStore.builder().engine(Simulation.withSeed(1));
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void thereAreAsManyNodesAsReplicas(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      NodeId unknown = NodeId.of(3);
      for (Consumer<KVStore<String, String>> call :
          List.<Consumer<KVStore<String, String>>>of(
              each -> each.at(unknown),
              each -> each.session().at(unknown),
              each -> each.cluster().crash(unknown),
              each -> each.cluster().restart(unknown),
              each -> each.cluster().isRunning(unknown),
              each -> each.cluster().skewClock(unknown, Duration.ZERO, 0),
              each -> each.cluster().network().isolate(unknown),
              each -> each.cluster().network().cut(unknown, NodeId.of(0)))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> call.accept(store))
            .withMessageContaining("n3")
            .withMessageContaining("n0 to n2");
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.cluster().network().cut(NodeId.of(1), NodeId.of(1)));
    }
  }

  @Test
  void aReplicationThatCannotKeepThePromiseIsRefused() {
    for (Consistency level : Consistency.values()) {
      List<String> able = new ArrayList<>();
      for (Replication each : Replication.values()) {
        if (each.supports(level)) {
          able.add(each.name());
        }
      }
      for (Replication each : Replication.values()) {
        if (!each.supports(level)) {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> builder().consistency(level).replication(each).open())
              .withMessage(
                  each
                      + " cannot give "
                      + level
                      + " consistency: use "
                      + String.join(" or ", able));
        }
      }
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().replicas(0).open())
        .withMessage("replicas must be from 1 to 1001, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().replicas(1_002).open())
        .withMessage("replicas must be from 1 to 1001, not 1002");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().shards(0).open())
        .withMessage("shards must be from 1 to 4096, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().shards(4_097).open())
        .withMessage("shards must be from 1 to 4096, not 4097");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().consistency(Consistency.CAUSAL).acks(4).open())
        .withMessage("acks must be from 1 to 3, not 4");
  }

  @Test
  void acksBelongToTheWeakLevels() {
    for (Consistency level : List.of(Consistency.LINEARIZABLE, Consistency.SEQUENTIAL)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder().consistency(level).acks(2).open())
          .withMessageContaining("acks(2) is for CAUSAL and EVENTUAL")
          .withMessageContaining(level.name());
    }
  }

  /** "For ever" is a duration that no number of nanoseconds has. */
  @Test
  void durationsOfManyCenturiesAreWelcome() {
    Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
    Simulation simulation = Simulation.withSeed(7);
    try (KVStore<String, String> store =
        KVStore.builder().replacesLostAfter(forever).engine(simulation).open()) {
      Cluster cluster = store.cluster();
      NodeId node = NodeId.of(2);
      assertThat(cluster.awaitMember(node, forever)).isTrue();
      assertThat(cluster.awaitBalance(forever)).isTrue();
      assertThat(cluster.reconfigure(Consistency.SEQUENTIAL, Replication.CHAIN, forever)).isTrue();
      cluster.pause(node, forever);
      simulation.runUntil(() -> !cluster.view(0).members().contains(node), forever);
      assertThat(store.get("k")).isEmpty();
      cluster.crash(node);
      cluster.restart(node);
      assertThat(cluster.awaitMember(node, forever)).isTrue();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cluster.skewClock(node, forever, 0))
          .withMessageContaining("by at most a hundred years, and not by " + forever);
    }
  }

  @Test
  void aSimulationRunsOneStore() {
    Simulation simulation = Simulation.withSeed(7);
    StoreBuilder<String, String> builder = KVStore.builder().engine(simulation);
    try (KVStore<String, String> store = builder.open()) {
      store.put("k", "v");
      assertThatThrownBy(builder::open)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("make another with the seed 7");
      assertThat(store.get("k")).contains("v");
    }
  }

  @Test
  void anOutputDirectoryThatCannotBeMadeIsNamed(@TempDir Path temporary) throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    Path directory = file.resolve("below");
    assertThatThrownBy(() -> KVStore.builder().outputDirectory(directory).open())
        .hasMessageContaining("cannot make the output directory " + directory);
  }

  @Test
  void oneReplicaIsEnough() {
    try (KVStore<String, String> store = builder().replicas(1).open()) {
      store.put("k", "v");
      assertThat(store.get("k")).contains("v");
      assertThat(store.cluster().nodes()).containsExactly(NodeId.of(0));
    }
  }
}
