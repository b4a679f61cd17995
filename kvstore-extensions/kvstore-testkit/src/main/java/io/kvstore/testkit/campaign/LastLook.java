package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.core.Simulation;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a store in every way once all is quiet: entry by entry, several at once, as one list, page
 * by page, and as a number. Each of them has to show what the replicas hold.
 */
final class LastLook {
  private static final int MOST_KEYS = 24;
  private static final int ON_A_PAGE = 5;
  private static final long SOON_NANOS = 60_000_000_000L;
  private static final int LOOKS_WHERE_UNUSUAL = 5; // members may be suspected without a reason

  private final KVStore<String, String> store;
  private final Map<String, String> held = new TreeMap<>();

  private LastLook(KVStore<String, String> store, Contents contents, long now) {
    this.store = store;
    for (Map.Entry<Bytes, Entry> each : contents.asTheFirstHas().entrySet()) {
      if (each.getValue().isVisibleAt(now)) {
        held.put(each.getKey().toText(), each.getValue().presentValue().toText());
      }
    }
  }

  /**
   * The first that is not shown as it is, in a sentence: at one of the nodes, or at none in
   * particular.
   *
   * @param contents what each replica holds
   * @param elapsed since the beginning; all clocks are right
   */
  static Optional<String> wrong(
      KVStore<String, String> store, Contents contents, Scenario scenario, Duration elapsed) {
    List<NodeId> nodes = store.cluster().nodes();
    int node = (int) Math.floorMod(scenario.seed(), nodes.size() + 1L);
    long now = Simulation.BEGINNING_NANOS + elapsed.toNanos();
    boolean changesSoon =
        contents.ofEach().stream()
            .flatMap(each -> each.values().stream())
            .anyMatch(
                entry -> entry.expiresAt() > now - SOON_NANOS && entry.expiresAt() != Entry.NEVER);
    if (changesSoon) {
      return Optional.empty();
    }
    KVStore<String, String> asked =
        node < nodes.size() ? store.at(nodes.get(node)) : store.session();
    LastLook look = new LastLook(asked, contents, now);
    int looks = scenario.setup().variant().isUnusual() ? LOOKS_WHERE_UNUSUAL : 1;
    return look.wrong(scenario.keepsKeysApart(), looks);
  }

  private Optional<String> wrong(boolean keepsKeysApart, int looks) {
    try {
      return wrong(keepsKeysApart);
    } catch (KVStoreException refused) {
      return looks > 1
          ? wrong(keepsKeysApart, looks - 1)
          : Optional.of("a read was refused though everything works: " + refused.getMessage());
    }
  }

  private Optional<String> wrong(boolean keepsKeysApart) {
    List<String> some = held.keySet().stream().limit(MOST_KEYS).toList();
    Map<String, String> expected = new LinkedHashMap<>();
    some.forEach(key -> expected.put(key, held.get(key)));
    Map<String, String> oneByOne = new LinkedHashMap<>();
    some.forEach(key -> store.get(key).ifPresent(value -> oneByOne.put(key, value)));
    Optional<String> wrong = compare("one by one", oneByOne, expected);
    if (keepsKeysApart || wrong.isPresent()) {
      return wrong;
    }
    List<String> asked = new ArrayList<>(some);
    asked.add("never written");
    return compare("at once", store.getAll(asked), expected)
        .or(() -> compare("as a list", asMap(store.scan(Scan.all())), held))
        .or(
            () ->
                compare(
                    "page by page", asMap(pages(store, Scan.all(), ON_A_PAGE, held.size())), held))
        .or(
            () ->
                compare(
                    "as a number",
                    Map.of("entries", store.size()),
                    Map.of("entries", (long) held.size())));
  }

  private static Map<String, String> asMap(List<Item<String, String>> items) {
    Map<String, String> map = new LinkedHashMap<>();
    items.forEach(item -> map.put(item.key(), item.value()));
    return map;
  }

  /**
   * All entries of a range, so many at a time.
   *
   * @param most what goes on for longer has no end
   */
  static List<Item<String, String>> pages(
      KVStore<String, String> store, Scan<String> range, int onAPage, int most) {
    List<Item<String, String>> page = store.scan(range.limit(onAPage));
    List<Item<String, String>> all = new ArrayList<>(page);
    while (page.size() == onAPage && all.size() <= most) {
      page = store.scan(Scan.after(page.get(onAPage - 1).key()).limit(onAPage));
      all.addAll(page);
    }
    return all;
  }

  private static Optional<String> compare(String how, Map<String, ?> shown, Map<String, ?> held) {
    return shown.equals(held)
        ? Optional.empty()
        : Optional.of("read " + how + " it has " + shown + " where replicas hold " + held);
  }
}
