package io.kvstore.testkit.campaign;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.TableBuilder;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.util.Optional;
import java.util.OptionalInt;

/** What the builder of a scenario's store is told. */
final class StoreSettings {
  /** What the table is called that the scenario's clients use, if they use one. */
  static final String TABLE = "keys";

  private StoreSettings() {}

  static StoreBuilder<String, String> of(Scenario scenario) {
    Setup setup = scenario.setup();
    Optional<Cell> aroundTable = setup.variant().store();
    StoreBuilder<String, String> builder =
        KVStore.builder()
            .consistency(aroundTable.orElse(setup.cell()).consistency())
            .replication(aroundTable.orElse(setup.cell()).replication())
            .replicas(setup.replicas())
            .nodes(setup.nodes())
            .timeout(setup.timeout())
            .limits(scenario.limits())
            .failover(setup.failsOver() ? Failover.DEFAULT : Failover.byHand());
    return aroundTable.isPresent()
        ? builder
        : within(reading(divided(builder, setup.variant()), setup), setup).acks(setup.acks());
  }

  /** The keys of the scenario's clients: a table of the store, or all that it has. */
  static KVStore<String, String> keysOf(KVStore<String, String> store, Setup setup) {
    return setup.variant().store().isPresent()
        ? store.table(TABLE, table -> inTable(table, setup))
        : store;
  }

  /** The number of the first shard of these keys, among all of the store. */
  static int firstShard(Setup setup) {
    return setup.variant().store().isPresent() ? 1 : 0; // a store around a table has one
  }

  private static TableBuilder<String, String> inTable(
      TableBuilder<String, String> table, Setup setup) {
    TableBuilder<String, String> its =
        table
            .consistency(setup.cell().consistency())
            .replication(setup.cell().replication())
            .acks(setup.acks());
    OptionalInt from = setup.readsFrom();
    TableBuilder<String, String> reading = from.isPresent() ? its.readsFrom(from.getAsInt()) : its;
    Variant variant = setup.variant();
    TableBuilder<String, String> within =
        variant.capacity() == 0 ? reading : reading.maximumEntries(variant.capacity());
    return variant.splits().isEmpty()
        ? within.shards(variant.shards())
        : within.splitAt(variant.splits().toArray(String[]::new));
  }

  private static StoreBuilder<String, String> within(
      StoreBuilder<String, String> builder, Setup setup) {
    long capacity = setup.variant().capacity();
    return capacity == 0 ? builder : builder.maximumEntries(capacity);
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

  /** What its replicas keep their entries in. */
  static DataletFactory datalets(Setup setup, DataletFactory disks) {
    if (setup.isDurable()) {
      return disks;
    }
    return switch (setup.variant().datalets()) {
      case HASH -> Datalets.hash();
      case TREE -> Datalets.tree();
      case HASH_AND_TREE -> Datalets.inTurn(Datalets.hash(), Datalets.tree());
      case ALL_IN_TURN -> Datalets.inTurn(Datalets.hash(), Datalets.tree(), disks);
    };
  }
}
