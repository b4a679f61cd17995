package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Scan;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.datalet.SimulatedDisks;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that joins is brought everything in parts, one entry in each, in virtual time. */
@Timeout(120)
final class CopiesInPartsTest {
  private static final int KEYS = 40;
  private static final Duration ON_THE_WAY = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Every cell of the matrix that shows all keys at once, on an ordered tree in memory and on logs
   * that take time.
   */
  static Stream<Setup> cells() {
    return Setup.simulated().filter(Setup::servesSeveralKeys);
  }

  private static Stream<DataletFactory> datalets(long seed) {
    return Stream.of(Datalets.tree(), SimulatedDisks.withSeed(seed));
  }

  private static KVStore<String, String> open(Simulation simulation, Setup setup) {
    KVStore<String, String> store =
        KVStore.builder()
            .engine(simulation)
            .consistency(setup.consistency())
            .replication(setup.replication())
            .open();
    for (int i = 0; i < KEYS; i++) {
      store.put("k" + i, "first");
      store.put("k" + i, "v" + i);
    }
    store.remove("k0");
    simulation.runFor(Duration.ofSeconds(2));
    return store;
  }

  private static boolean serves(KVStore<String, String> store, NodeId node) {
    return store.cluster().status(node) == NodeStatus.SERVING;
  }

  private static void runUntilServing(
      Simulation simulation, KVStore<String, String> store, NodeId node) {
    Duration end = simulation.elapsed().plus(PATIENCE);
    while (!serves(store, node)) {
      assertThat(simulation.elapsed()).as("%s waits for %s", simulation, node).isLessThan(end);
      simulation.runFor(ON_THE_WAY);
    }
  }

  private static void assertHasEverything(KVStore<String, String> store, NodeId node) {
    List<Item<String, String>> all = store.at(node).scan(Scan.all());
    assertThat(all).hasSize(KEYS - 1);
    assertThat(all).allSatisfy(item -> assertThat(item.value()).isEqualTo(valueOf(item.key())));
  }

  private static String valueOf(String key) {
    return "v" + key.substring(1);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void whatIsLostOnTheWayIsAskedForAgainAndWhatComesTwiceCountsOnce(Setup setup) {
    for (long seed = 1; seed <= 3; seed++) {
      for (DataletFactory datalet : datalets(seed).toList()) {
        Simulation simulation = Simulation.withSeed(seed).datalet(datalet);
        try (KVStore<String, String> store = open(simulation, setup)) {
          Faults faults = Faults.lossy(0.1).withDuplication(0.2).withReordering(0.2);
          store.cluster().network().faults(faults.withDelay(Delay.fixed(ON_THE_WAY)));
          NodeId joined = store.cluster().add();
          runUntilServing(simulation, store, joined);
          store.cluster().network().faults(Faults.NONE);
          simulation.runFor(Duration.ofSeconds(3));
          assertHasEverything(store, joined);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void whoLosesTheSourceOfItsCopyTakesItFromAnother(Setup setup) {
    int crashedMeanwhile = 0;
    for (int source = 0; source < 3; source++) {
      for (DataletFactory datalet : datalets(source).toList()) {
        Simulation simulation = Simulation.withSeed(source).datalet(datalet);
        try (KVStore<String, String> store = open(simulation, setup)) {
          store.cluster().network().faults(Faults.NONE.withDelay(Delay.fixed(ON_THE_WAY)));
          NodeId joined = store.cluster().add();
          simulation.runFor(Duration.ofMillis(200));
          crashedMeanwhile += serves(store, joined) ? 0 : 1;
          store.cluster().crash(NodeId.of(source));
          runUntilServing(simulation, store, joined);
          store.cluster().network().faults(Faults.NONE);
          simulation.runFor(Duration.ofSeconds(3));
          assertHasEverything(store, joined);
        }
      }
    }
    assertThat(crashedMeanwhile).as("crashes while the copy was under way").isPositive();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void writesAfterTheJoinComeToTheNewNodeToo(Setup setup) {
    Simulation simulation = Simulation.withSeed(7).datalet(Datalets.tree());
    try (KVStore<String, String> store = open(simulation, setup)) {
      NodeId joined = store.cluster().add();
      runUntilServing(simulation, store, joined);
      store.put("later", "value");
      simulation.runFor(Duration.ofSeconds(3));
      assertThat(store.at(joined).get("later", Consistency.EVENTUAL)).contains("value");
    }
  }
}
