package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NotANumberException;
import io.kvstore.Versioned;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each call of a store does. */
public interface ReadsAndWritesContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("setups")
  default void anEmptyStoreHasNothing(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      assertThat(store.get("k")).isEmpty();
      assertThat(store.getVersioned("k")).isEmpty();
      assertThat(store.contains("k")).isFalse();
      assertThat(store.getAll(List.of("k", "l"))).isEmpty();
      assertThat(store.getAll(List.of())).isEmpty();
      assertThat(store.snapshot()).isEmpty();
      assertThat(store.size()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aReadSeesTheLastPut(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1");
      store.put("k", "2");

      bench.ownWritesShow(
          () -> {
            assertThat(store.get("k")).contains("2");
            assertThat(store.getVersioned("k").map(Versioned::value)).contains("2");
            assertThat(store.contains("k")).isTrue();
          });
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void versionsOfAKeyGrow(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("1"));
      long first = store.getVersioned("k").orElseThrow().version();
      store.append("k", "2");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("12"));
      long second = store.getVersioned("k").orElseThrow().version();
      store.remove("k");
      store.put("k", "3");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("3"));

      assertThat(first).isLessThan(second);
      assertThat(second).isLessThan(store.getVersioned("k").orElseThrow().version());
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void manyKeysAreReadInTheOrderOfTheQuestion(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (String key : List.of("a", "b", "c", "d", "e")) {
        store.put(key, key + key);
      }

      bench.ownWritesShow(
          () ->
              assertThat(store.getAll(List.of("d", "x", "a", "d", "e", "b")))
                  .containsExactly(
                      Map.entry("d", "dd"),
                      Map.entry("a", "aa"),
                      Map.entry("e", "ee"),
                      Map.entry("b", "bb")));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aSnapshotListsAllEntriesInTheOrderOfTheirKeys(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (int i = 20; i > 0; i--) {
        store.put("k" + i, "v" + i);
      }

      bench.ownWritesShow(
          () -> {
            assertThat(store.size()).isEqualTo(20);
            assertThat(store.snapshot()).hasSize(20).isSortedAccordingTo(byKey());
            Item<String, String> first = store.snapshot().get(0);
            Versioned<String> same = store.getVersioned("k1").orElseThrow();
            assertThat(first).isEqualTo(new Item<>("k1", same.value(), same.version()));
          });
    }
  }

  private static Comparator<Item<String, String>> byKey() {
    return Comparator.comparing(Item::key);
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void onlyTheFirstOfTwoPutsIfAbsentIsDone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.putIfAbsent("k", "1")).isTrue();
      assertThat(store.putIfAbsent("k", "2")).isFalse();

      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("1"));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aReplaceNeedsAValue(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.replace("k", "1")).isFalse();
      assertThat(store.get("k")).isEmpty();
      store.put("k", "2");
      assertThat(store.replace("k", "3")).isTrue();

      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("3"));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aReplaceByVersionIsDoneOnce(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.replace("k", 1, "no")).isFalse();
      store.put("k", "1");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("1"));
      long version = store.getVersioned("k").orElseThrow().version();

      assertThat(store.replace("k", version, "2")).isTrue();
      assertThat(store.replace("k", version, "3")).isFalse();
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("2"));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void getAndPutReturnsWhatItReplaced(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      assertThat(store.getAndPut("k", "1")).isEmpty();
      assertThat(store.getAndPut("k", "2")).contains("1");
      assertThat(store.getAndRemove("k")).contains("2");
      assertThat(store.getAndRemove("k")).isEmpty();
      assertThat(store.getAndPut("k", "3")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aRemovedKeyIsGone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1");
      assertThat(store.remove("k")).isTrue();
      assertThat(store.remove("k")).isFalse();

      bench.ownWritesShow(
          () -> {
            assertThat(store.get("k")).isEmpty();
            assertThat(store.size()).isZero();
            assertThat(store.snapshot()).isEmpty();
          });
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aRemovalByVersionNeedsThatVersion(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1");
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("1"));
      long version = store.getVersioned("k").orElseThrow().version();

      assertThat(store.remove("k", version + 1)).isFalse();
      assertThat(store.remove("k", version)).isTrue();
      assertThat(store.remove("k", version)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void addCountsFromZero(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.add("k", 5)).isEqualTo(5);
      assertThat(store.add("k", -7)).isEqualTo(-2);
      assertThat(store.add("k", 0)).isEqualTo(-2);

      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("-2"));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void addToWhatIsNoNumberIsRefusedAndChangesNothing(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (String value : List.of("", "one", "1.5", "9223372036854775808")) {
        store.put("k", value);
        assertThatThrownBy(() -> store.add("k", 1))
            .isInstanceOfSatisfying(
                NotANumberException.class,
                refused -> assertThat(refused.mayHaveBeenApplied()).isFalse())
            .hasMessageContaining("key k")
            .hasMessageContaining("nothing was changed");
        bench.ownWritesShow(() -> assertThat(store.get("k")).contains(value));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void addNeverWrapsAround(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.add("k", Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
      assertThatThrownBy(() -> store.add("k", 1)).isInstanceOf(NotANumberException.class);
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("" + Long.MAX_VALUE));

      assertThat(store.add("l", Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
      assertThatThrownBy(() -> store.add("l", -1)).isInstanceOf(NotANumberException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void headsAndTailsAreJoined(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.append("k", "b");
      store.append("k", "c");
      store.prepend("k", "a");
      store.prepend("l", "z");
      store.append("l", "");

      bench.ownWritesShow(
          () ->
              assertThat(store.getAll(List.of("k", "l")))
                  .containsExactly(Map.entry("k", "abc"), Map.entry("l", "z")));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void clearingLeavesNothing(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (int i = 0; i < 10; i++) {
        store.put("k" + i, "v");
      }
      bench.ownWritesShow(() -> assertThat(store.size()).isEqualTo(10));
      store.clear();
      store.clear();

      bench.ownWritesShow(() -> assertThat(store.size()).isZero());
      assertThat(store.snapshot()).isEmpty();
      store.put("k1", "again");
      bench.ownWritesShow(() -> assertThat(store.get("k1")).contains("again"));
      assertThat(store.size()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void emptyKeysAndValuesAreLikeAnyOther(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("", "");
      bench.ownWritesShow(() -> assertThat(store.get("")).contains(""));
      assertThat(store.contains("")).isTrue();
      assertThat(store.size()).isEqualTo(1);
      assertThat(store.snapshot()).extracting(Item::key).containsExactly("");
      assertThat(store.replace("", "x")).isTrue();
      assertThat(store.remove("")).isTrue();
      bench.ownWritesShow(() -> assertThat(store.get("")).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aReadMayAskForAWeakerLevel(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "v");
      for (Consistency level : Consistency.values()) {
        if (setup.isAtLeast(level)) {
          bench.eventually(() -> assertThat(store.get("k", level)).contains("v"));
          assertThat(bench.join(store.async().get("k", level))).contains("v");
          assertThat(store.get("none", level)).isEqualTo(Optional.empty());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aReadMayNotAskForAStrongerLevel(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      for (Consistency level : Consistency.values()) {
        if (!setup.isAtLeast(level)) {
          assertThatThrownBy(() -> store.get("k", level))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining(level.toString())
              .hasMessageContaining("ask for " + setup.consistency() + " or weaker");
          assertThatThrownBy(() -> store.async().get("k", level))
              .isInstanceOf(IllegalArgumentException.class);
        }
      }
    }
  }
}
