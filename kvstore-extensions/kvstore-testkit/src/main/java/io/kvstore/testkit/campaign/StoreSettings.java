package io.kvstore.testkit.campaign;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.util.OptionalInt;

/** What the builder of a scenario's store is told. */
final class StoreSettings {
  private StoreSettings() {}

  static StoreBuilder<String, String> of(Scenario scenario) {
    Setup setup = scenario.setup();
    return reading(divided(KVStore.builder(), setup.variant()), setup)
        .consistency(setup.cell().consistency())
        .replication(setup.cell().replication())
        .replicas(setup.replicas())
        .nodes(setup.nodes())
        .acks(setup.acks())
        .timeout(setup.timeout())
        .limits(scenario.limits())
        .failover(setup.failsOver() ? Failover.DEFAULT : Failover.byHand());
  }

  private static StoreBuilder<String, String> reading(
      StoreBuilder<String, String> builder, Setup setup) {
    OptionalInt from = setup.readsFrom();
    return from.isPresent() ? builder.readsFrom(from.getAsInt()) : builder;
  }

  private static StoreBuilder<String, String> divided(
      StoreBuilder<String, String> builder, Variant variant) {
    return variant.splits().isEmpty()
        ? builder.shards(variant.shards())
        : builder.splitAt(variant.splits().toArray(String[]::new));
  }
}
