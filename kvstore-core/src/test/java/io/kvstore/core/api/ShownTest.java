package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What replicas let one see of their inside. */
final class ShownTest {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);

  private final Simulation simulation = Simulation.withSeed(1);

  private KVStore<String, String> open(Replication replication) {
    return KVStore.builder().replication(replication).engine(simulation).open();
  }

  @Test
  void aPrimaryShowsItsLeaseAndItsLog() {
    try (KVStore<String, String> store = open(Replication.PRIMARY)) {
      store.cluster().network().cut(N0, N1);
      var unanswered = store.async().put("k", "v");
      simulation.runFor(Duration.ofMillis(10));
      assertThat(unanswered).isNotDone();
      assertThat(simulation.shown(N0)).isEqualTo(Map.of("lease", "held", "log", "1 set key k"));
      assertThat(simulation.shown(N1)).isEmpty();
      simulation.runFor(Duration.ofMillis(300));
      store.cluster().crash(N0);
      assertThat(simulation.shown(N0)).isEmpty();
    }
  }

  @Test
  void aLeaseEndsWhereTheCoordinatorIsNotHeard() {
    try (KVStore<String, String> store = open(Replication.PRIMARY)) {
      store.cluster().network().cut(N0, NodeId.COORDINATOR);
      simulation.runFor(Duration.ofMillis(400));
      assertThat(simulation.shown(N0)).containsEntry("lease", "not held");
    }
  }

  @Test
  void electedLeadersAndTheirFollowersShowTheirTerm() {
    try (KVStore<String, String> store = open(Replication.LEASEGUARD)) {
      store.put("k", "v");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(simulation.shown(N0)).containsEntry("term", "1, leads");
      assertThat(simulation.shown(N1)).containsEntry("term", "1, follows n0");
      store.put("k", "w");
      assertThat(simulation.shown(N0)).containsEntry("lease", "reads alone");
    }
  }

  @Test
  void aMemberOfATotalOrderShowsWhatIsNotSettled() {
    try (KVStore<String, String> store = open(Replication.TOTAL_ORDER)) {
      store.cluster().network().cut(N0, N1);
      var unanswered = store.at(N0).async().put("k", "v");
      simulation.runFor(Duration.ofMillis(10));
      assertThat(unanswered).isNotDone();
      assertThat(simulation.shown(N0).get("proposed")).endsWith(" set key k");
    }
  }

  @Test
  void ofSeveralShardsEachIsNamed() {
    try (KVStore<String, String> store = KVStore.builder().shards(2).engine(simulation).open()) {
      store.put("k", "v");
      assertThat(simulation.shown(N0)).containsEntry("lease, shard 0", "held");
      assertThat(simulation.shown(N1)).containsEntry("lease, shard 1", "held");
    }
  }
}
