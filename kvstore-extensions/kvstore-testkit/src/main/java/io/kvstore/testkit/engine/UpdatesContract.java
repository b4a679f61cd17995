package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.NotANumberException;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes in full: every change under every condition, flags, and several writes as one. */
public interface UpdatesContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aWriteTellsWhatStoodThereBeforeAndWhatDoesNow(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      Written<String> first = store.update(Update.put("k", "1"));
      Written<String> second = store.update(Update.put("k", "2"));
      Written<String> third = store.update(Update.remove("k"));
      Written<String> fourth = store.update(Update.remove("k"));

      assertThat(first.before()).isEmpty();
      assertThat(first.after().map(Versioned::value)).contains("1");
      assertThat(second.before()).isEqualTo(first.after());
      assertThat(second.after().map(Versioned::value)).contains("2");
      assertThat(third.before()).isEqualTo(second.after());
      assertThat(third.after()).isEmpty();
      assertThat(Stream.of(first, second, third, fourth)).allMatch(Written::applied);
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void everyChangeHeedsEveryCondition(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      for (Update<String, String> change :
          List.of(
              Update.put("k", "9"),
              Update.<String, String>remove("k"),
              Update.<String, String>add("k", 1),
              Update.append("k", "0"),
              Update.prepend("k", "1"))) {
        check(store, change.ifAbsent(), false, true);
        check(store, change.ifPresent(), true, false);
        check(store, change.ifValue("5"), true, false);
        check(store, change.ifValue("6"), false, false);
        check(store, change.ifVersion(Long.MAX_VALUE), false, false);
        check(store, change, true, true);
      }
    }
  }

  private static void check(
      KVStore<String, String> store,
      Update<String, String> update,
      boolean doneToFive,
      boolean doneToNothing) {
    Written<String> five = store.update(Update.put("k", "5"));
    Written<String> toFive = store.update(update);
    assertThat(toFive.applied()).isEqualTo(doneToFive);
    assertThat(toFive.before()).isEqualTo(five.after());
    if (!doneToFive) {
      assertThat(toFive.after()).isEqualTo(five.after());
    }
    store.update(Update.remove("k"));
    Written<String> toNothing = store.update(update);
    assertThat(toNothing.applied()).isEqualTo(doneToNothing);
    assertThat(toNothing.before()).isEmpty();
    if (!doneToNothing) {
      assertThat(toNothing.after()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aConditionOnTheVersionHoldsForThatVersionOnly(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      for (UnaryOperator<Update<String, String>> condition :
          List.<UnaryOperator<Update<String, String>>>of(
              update -> update.ifVersion(versionAfterPut(store)),
              update -> update.ifVersion(versionAfterPut(store)).ifValue("1"))) {
        assertThat(store.update(condition.apply(Update.append("k", "2"))).applied()).isTrue();
      }
      long old = versionAfterPut(store);
      long current = versionAfterPut(store);
      assertThat(store.update(Update.<String, String>add("k", 1).ifVersion(old)).applied())
          .isFalse();
      assertThat(store.update(Update.<String, String>add("k", 1).ifVersion(current)).applied())
          .isTrue();
    }
  }

  private static long versionAfterPut(KVStore<String, String> store) {
    return store.update(Update.put("k", "1")).after().orElseThrow().version();
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void flagsStayWithTheValueUntilTheNextPut(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.update(Update.put("k", "1").flags(0xCAFEBABE));
      bench.ownWritesShow(
          () -> assertThat(store.getVersioned("k").map(Versioned::flags)).contains(0xCAFEBABE));

      assertThat(flagsAfter(store, Update.append("k", "0"))).isEqualTo(0xCAFEBABE);
      assertThat(flagsAfter(store, Update.add("k", 1))).isEqualTo(0xCAFEBABE);
      assertThat(flagsAfter(store, Update.touch("k", Duration.ofMinutes(1)))).isEqualTo(0xCAFEBABE);
      assertThat(flagsAfter(store, Update.put("k", "2"))).isZero();
    }
  }

  private static int flagsAfter(KVStore<String, String> store, Update<String, String> update) {
    return store.update(update).after().orElseThrow().flags();
  }

  @ParameterizedTest
  @MethodSource("setupsWithBatches")
  default void aBatchIsDoneAsOne(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("from", "5");
      boolean done =
          store.batch(
              List.of(
                  Update.<String, String>remove("from").ifPresent(),
                  Update.put("to", "5").ifAbsent(),
                  Update.append("to", "!"),
                  Update.<String, String>add("moves", 1)));

      assertThat(done).isTrue();
      bench.ownWritesShow(
          () -> {
            assertThat(store.get("from")).isEmpty();
            assertThat(store.getAll(List.of("to", "moves")))
                .containsExactly(Map.entry("to", "5!"), Map.entry("moves", "1"));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithBatches")
  default void aBatchOfWhichOneConditionFailsChangesNothing(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("a", "1");
      store.put("b", "2");
      bench.ownWritesShow(() -> assertThat(store.size()).isEqualTo(2));
      long version = store.getVersioned("a").orElseThrow().version();
      boolean done =
          store.batch(
              List.of(
                  Update.put("a", "x"),
                  Update.put("c", "x"),
                  Update.remove("b"),
                  Update.put("c", "y").ifAbsent()));

      assertThat(done).isFalse();
      assertThat(store.getAll(List.of("a", "b", "c")))
          .containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
      assertThat(store.getVersioned("a").orElseThrow().version()).isEqualTo(version);
      assertThat(store.size()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithBatches")
  default void aBatchThatAddsToWhatIsNoNumberChangesNothing(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("word", "one");
      assertThatThrownBy(() -> store.batch(List.of(Update.put("a", "1"), Update.add("word", 1))))
          .isInstanceOf(NotANumberException.class)
          .hasMessageContaining("key word");
      assertThat(store.get("a")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void anEmptyBatchIsDone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.batch(List.of())).isTrue();
      assertThat(bench.join(store.async().batch(List.of()))).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aBatchOverSeveralShardsOrOwnersIsRefused(Setup setup) {
    List<Update<String, String>> many =
        Stream.iterate(0, i -> i + 1).limit(20).map(i -> Update.put("k" + i, "v")).toList();
    try (KVStore<String, String> store = setup.bench().open()) {
      if (setup.shards() > 1) {
        assertThatThrownBy(() -> store.batch(many))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("must stay in one shard")
            .hasMessageContaining("'k0' is in shard")
            .hasMessageContaining("split the batch, or open the store with shards(1)");
      } else if (setup.hasOwnersOfKeys()) {
        assertThatThrownBy(() -> store.batch(many))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("one owner")
            .hasMessageContaining("one by one");
      } else {
        assertThat(store.batch(many)).isTrue();
      }
      assertThat(store.batch(List.of(Update.put("a", "1"), Update.append("a", "2")))).isTrue();
    }
  }
}
