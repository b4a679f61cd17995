package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ordered scans: their bounds, prefixes, limits and pages. */
public interface ScansContract extends EngineContract {

  private static List<String> keys(KVStore<String, String> store, Scan<String> scan) {
    return store.scan(scan).stream().map(Item::key).toList();
  }

  private static KVStore<String, String> storeWith(Bench bench, String... keys) {
    KVStore<String, String> store = bench.open();
    Stream.of(keys).forEach(key -> store.put(key, "value of " + key));
    bench.ownWritesShow(() -> assertThat(store.size()).isEqualTo(keys.length));
    return store;
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aRangeHasItsBeginningAndNotItsEnd(Setup setup) {
    try (KVStore<String, String> store = storeWith(setup.bench(), "d", "b", "", "a", "c")) {
      assertThat(keys(store, Scan.all())).containsExactly("", "a", "b", "c", "d");
      assertThat(keys(store, Scan.range("a", "c"))).containsExactly("a", "b");
      assertThat(keys(store, Scan.range("", "a"))).containsExactly("");
      assertThat(keys(store, Scan.range("aa", "cc"))).containsExactly("b", "c");
      assertThat(keys(store, Scan.from("c"))).containsExactly("c", "d");
      assertThat(keys(store, Scan.after("c"))).containsExactly("d");
      assertThat(keys(store, Scan.after(""))).containsExactly("a", "b", "c", "d");
      assertThat(keys(store, Scan.<String>all().until("b"))).containsExactly("", "a");
      assertThat(keys(store, Scan.after("a").until("d"))).containsExactly("b", "c");
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aRangeThatEndsBeforeItBeginsIsEmpty(Setup setup) {
    try (KVStore<String, String> store = storeWith(setup.bench(), "", "a", "b", "c")) {
      assertThat(keys(store, Scan.range("b", "b"))).isEmpty();
      assertThat(keys(store, Scan.range("c", "a"))).isEmpty();
      assertThat(keys(store, Scan.after("b").until("b"))).isEmpty();
      assertThat(keys(store, Scan.range("", ""))).isEmpty();
      assertThat(keys(store, Scan.<String>all().until(""))).isEmpty();
      assertThat(keys(store, Scan.prefix("b").until("a"))).isEmpty();
      assertThat(keys(store, Scan.prefix("").until(""))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aPrefixSelectsWhatBeginsWithIt(Setup setup) {
    try (KVStore<String, String> store =
        storeWith(setup.bench(), "user", "user/", "user/1", "user/2", "user0", "usher", "v")) {
      assertThat(keys(store, Scan.prefix("user/"))).containsExactly("user/", "user/1", "user/2");
      assertThat(keys(store, Scan.prefix("us"))).hasSize(6);
      assertThat(keys(store, Scan.prefix(""))).hasSize(7);
      assertThat(keys(store, Scan.prefix("x"))).isEmpty();
      assertThat(keys(store, Scan.prefix("user/").until("user/2")))
          .containsExactly("user/", "user/1");
      assertThat(keys(store, Scan.prefix("user/").until("w")))
          .containsExactly("user/", "user/1", "user/2");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aPrefixOfTheHighestBytesEndsNowhere(Setup setup) {
    try (KVStore<Bytes, String> store = setup.bench().builder().keys(Codecs.BYTES).open()) {
      Bytes high = Bytes.of((byte) 0xFF);
      Bytes higher = Bytes.of((byte) 0xFF, (byte) 0xFF);
      store.put(Bytes.of((byte) 0xFE), "below");
      store.put(high, "high");
      store.put(higher, "higher");

      assertThat(store.scan(Scan.prefix(high))).extracting(Item::key).containsExactly(high, higher);
      assertThat(store.scan(Scan.prefix(high).until(higher)))
          .extracting(Item::key)
          .containsExactly(high);
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void pagesPutTogetherAreTheWhole(Setup setup) {
    String[] all =
        Stream.iterate(10, i -> i + 1).limit(23).map(i -> "k" + i).toArray(String[]::new);
    try (KVStore<String, String> store = storeWith(setup.bench(), all)) {
      List<String> seen = new ArrayList<>();
      List<String> page = keys(store, Scan.<String>all().limit(5));
      while (!page.isEmpty()) {
        assertThat(page).hasSizeLessThanOrEqualTo(5);
        seen.addAll(page);
        page = keys(store, Scan.after(page.get(page.size() - 1)).limit(5));
      }

      assertThat(seen).containsExactly(all);
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void anItemHasTheVersionOfItsKey(Setup setup) {
    try (KVStore<String, String> store = storeWith(setup.bench(), "a", "b")) {
      for (Item<String, String> item : store.scan(Scan.all())) {
        assertThat(item.value()).isEqualTo("value of " + item.key());
        assertThat(item.version())
            .isEqualTo(store.getVersioned(item.key()).orElseThrow().version());
      }
    }
  }
}
