package io.kvstore.testkit.campaign;

import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.UnavailableException;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Tables that are made and dropped beside the one that is recorded. In the end those are there that
 * were made and not dropped, and they can be used.
 */
final class SideTables {
  private static final String NAME = "beside-";
  private static final String KEY = "k";
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(3); // by all members

  private final KVStore<String, String> store;
  private final Simulation simulation;
  private final Optional<Cell> cell; // of the store, and of all tables but one
  private final Set<String> expected = new TreeSet<>();

  /** None is made yet. */
  SideTables(KVStore<String, String> store, Scenario scenario, Simulation simulation) {
    this.store = store;
    this.simulation = simulation;
    cell = scenario.setup().variant().store();
    if (cell.isPresent()) {
      expected.add(StoreSettings.TABLE);
    }
  }

  /** Whether a fault leaves the store and its tables what they need to go on. */
  boolean survive(Fault fault, AllowedCrashes crashes) {
    return cell.isEmpty()
        || Stream.concat(Stream.of(store), expected.stream().map(store::table))
            .allMatch(each -> crashes.leaves(each.cluster(), cell.get(), fault));
  }

  /** Makes or drops one; in trouble it may be refused, and then nothing is left of it. */
  void take(Step.Tables step) {
    String name = NAME + step.table();
    if (step.isMade()) {
      make(name);
    } else {
      store.dropTable(name);
      expected.remove(name);
    }
  }

  private void make(String name) {
    try {
      KVStore<String, String> table = store.table(name, settings -> settings);
      expected.add(name);
      table.put(KEY, name);
    } catch (KVStoreException refused) {
      return; // others look whether that is right
    }
  }

  /** What is not as it was left, in a sentence, when all is quiet. */
  Optional<String> wrong() {
    Set<String> there = new TreeSet<>(store.tables());
    if (!there.equals(expected)) {
      return Optional.of("there are the tables " + there + ", and made were " + expected);
    }
    return expected.stream()
        .filter(name -> name.startsWith(NAME))
        .flatMap(name -> wrong(name).stream())
        .findFirst();
  }

  private Optional<String> wrong(String name) {
    try {
      KVStore<String, String> table = store.table(name).session();
      table.put(KEY, KEY);
      simulation.runFor(SHOWN_WITHIN);
      Optional<String> value = table.get(KEY);
      return value.equals(Optional.of(KEY))
          ? Optional.empty()
          : Optional.of("table " + name + " has " + value + " where " + KEY + " was put");
    } catch (UnavailableException refused) {
      return Optional.of("table " + name + " cannot be used: " + refused.getMessage());
    }
  }
}
