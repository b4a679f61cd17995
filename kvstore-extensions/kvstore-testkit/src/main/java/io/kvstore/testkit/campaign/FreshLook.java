package io.kvstore.testkit.campaign;

import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Scan;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client sees in the end that has just written some entries, and removed one and then
 * another, and had one pass: listed at once, page by page, and counted.
 */
final class FreshLook {
  private static final String FIRST = "~"; // after all keys of others
  private static final int ENTRIES = 8;
  private static final int ON_A_PAGE = 3;
  private static final int LOOKS = 3;
  private static final String PASSING = FIRST + "p";
  private static final Duration LIFETIME = Duration.ofMillis(20);
  private static final int LIFETIMES = 20; // clocks go slowly, too

  private final KVStore<String, String> store;
  private final Simulation simulation;
  private final List<String> expected = new ArrayList<>();

  private FreshLook(KVStore<String, String> store, Simulation simulation) {
    this.store = store;
    this.simulation = simulation;
  }

  /** The first that is not shown as it is, in a sentence; nothing where a write is refused. */
  static Optional<String> wrong(
      KVStore<String, String> store, Scenario scenario, Simulation simulation) {
    if (!scenario.listsOwnWrites() || scenario.setup().variant().capacity() > 0) {
      return Optional.empty();
    }
    try {
      return new FreshLook(store.session(), simulation).wrong();
    } catch (KVStoreException refused) {
      return Optional.empty(); // others look whether that is right
    }
  }

  private Optional<String> wrong() {
    for (int i = 0; i < ENTRIES; i++) {
      store.put(FIRST + i, FIRST + i + ";");
      expected.add(FIRST + i);
    }
    remove(0);
    return list()
        .or(
            () -> {
              remove(2);
              return count().or(this::list);
            })
        .or(
            () -> {
              letOnePass();
              return count();
            });
  }

  private void letOnePass() {
    store.put(PASSING, PASSING + ";", LIFETIME);
    for (int i = 0; i < LIFETIMES && store.get(PASSING).isPresent(); i++) {
      simulation.runFor(LIFETIME);
    }
  }

  private void remove(int which) {
    store.remove(expected.remove(which));
  }

  private Optional<String> list() {
    List<String> listed = keys(store.scan(Scan.from(FIRST)));
    if (!listed.equals(expected)) {
      return Optional.of("listed at once it has " + listed + ", of " + expected);
    }
    List<String> paged = keys(LastLook.pages(store, Scan.from(FIRST), ON_A_PAGE, ENTRIES));
    return paged.equals(expected)
        ? Optional.empty()
        : Optional.of("page by page it has " + paged + ", of " + expected);
  }

  private static List<String> keys(List<Item<String, String>> items) {
    return items.stream().map(Item::key).toList();
  }

  /** As many as are listed; others may pass between the two. */
  private Optional<String> count() {
    long counted = 0;
    long listed = 0;
    for (int i = 0; i < LOOKS; i++) {
      counted = store.size();
      listed = store.scan(Scan.all()).size();
      if (counted == listed) {
        return Optional.empty();
      }
    }
    return Optional.of("it counts " + counted + " entries, and lists " + listed);
  }
}
