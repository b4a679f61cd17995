package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tables that are made and dropped beside the one that is recorded. */
class SideTablesTest {
  private final Scenario scenario =
      Campaign.of(Cell.named("PRIMARY-LINEARIZABLE"))
          .turnsTakeTime(false)
          .features("tables")
          .scenario(3);
  private final Simulation simulation = Simulation.withSeed(3);

  @Test
  void thoseAreThereThatWereMadeAndNotDropped() {
    try (KVStore<String, String> store = StoreSettings.of(scenario).engine(simulation).open()) {
      SideTables tables = new SideTables(store, scenario, simulation);
      assertThat(tables.wrong()).contains("there are the tables [], and made were [keys]");
      StoreSettings.keysOf(store, scenario.setup());
      tables.take(new Step.Tables(0, 0, 1, true));
      tables.take(new Step.Tables(1, 0, 2, true));
      tables.take(new Step.Tables(2, 0, 1, false));
      assertThat(store.tables()).containsExactly("beside-2", "keys");
      assertThat(tables.wrong()).isEmpty();
      store.dropTable("beside-2");
      assertThat(tables.wrong())
          .contains("there are the tables [keys], and made were [beside-2, keys]");
    }
  }

  @Test
  void whatTheStoreNeedsMustNotBeLost() {
    Campaign campaign = Campaign.of(Cell.named("PRIMARY-LINEARIZABLE")).features("tables");
    long inRaft =
        LongStream.iterate(1, seed -> seed + 1)
            .filter(seed -> isInRaftOfThree(campaign.scenario(seed)))
            .findFirst()
            .orElseThrow();
    Scenario its = campaign.scenario(inRaft);
    AllowedCrashes crashes = new AllowedCrashes(its);
    try (KVStore<String, String> store = StoreSettings.of(its).engine(simulation).open()) {
      SideTables tables = new SideTables(store, its, simulation);
      StoreSettings.keysOf(store, its.setup());
      assertThat(tables.survive(new Fault.Crash(NodeId.of(0)), crashes)).isTrue();
      store.cluster().crash(NodeId.of(1));
      assertThat(tables.survive(new Fault.Crash(NodeId.of(0)), crashes)).isFalse();
    }
  }

  private static boolean isInRaftOfThree(Scenario scenario) {
    return scenario.setup().replicas() == 3
        && scenario
            .setup()
            .variant()
            .store()
            .filter(Cell.named("RAFT-LINEARIZABLE")::equals)
            .isPresent();
  }
}
