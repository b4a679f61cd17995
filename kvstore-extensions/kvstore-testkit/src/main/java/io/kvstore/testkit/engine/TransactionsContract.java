package io.kvstore.testkit.engine;

import static io.kvstore.testkit.engine.EngineContract.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.NotANumberException;
import io.kvstore.Scan;
import io.kvstore.Transacted;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transactions, where all writes have one order; elsewhere they are refused. */
public interface TransactionsContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("setupsWithOneOrder")
  default void aTransactionWhoseConditionsHoldDoesWhatFollowsThen(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("from", "5");
      long version = store.update(Update.put("seen", "s")).after().orElseThrow().version();
      Transacted<String, String> moved =
          store.transact(
              tx ->
                  tx.ifValue("from", "5")
                      .ifAbsent("to")
                      .ifVersion("seen", version)
                      .ifPresent("seen")
                      .thenGet("from")
                      .then(Update.remove("from"), Update.put("to", "5"))
                      .then(Update.add("moves", 2))
                      .thenGet("to")
                      .otherwise(Update.put("refused", "1")));

      assertThat(moved.succeeded()).isTrue();
      assertThat(moved.value("from")).contains("5");
      assertThat(moved.value("to")).contains("5");
      assertThat(moved.reads()).containsOnlyKeys("from", "to");
      assertThat(moved.writes()).allMatch(Written::applied);
      assertThat(moved.writes())
          .extracting(written -> written.before().map(Versioned::value).orElse("none"))
          .containsExactly("5", "none", "none");
      assertThat(moved.writes())
          .extracting(written -> written.after().map(Versioned::value).orElse("none"))
          .containsExactly("none", "5", "2");
      setup
          .bench()
          .ownWritesShow(
              () ->
                  assertThat(store.getAll(List.of("from", "to", "moves", "refused")))
                      .containsExactly(Map.entry("to", "5"), Map.entry("moves", "2")));
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithOneOrder")
  default void aTransactionOfWhichOneConditionFailsDoesWhatFollowsOtherwise(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("a", "1");
      store.put("b", "2");
      Transacted<String, String> done =
          store.transact(
              tx ->
                  tx.ifValue("a", "1")
                      .ifAbsent("b")
                      .then(Update.put("c", "x"))
                      .thenGet("a")
                      .otherwiseGet("b")
                      .otherwiseGet("c")
                      .otherwise(Update.append("a", "!")));

      assertThat(done.succeeded()).isFalse();
      assertThat(done.value("b")).contains("2");
      assertThat(done.value("c")).isEmpty();
      assertThat(done.reads()).containsOnlyKeys("b");
      assertThat(done.writes()).hasSize(1);
      setup
          .bench()
          .ownWritesShow(
              () ->
                  assertThat(store.getAll(List.of("a", "b", "c")))
                      .containsExactly(Map.entry("a", "1!"), Map.entry("b", "2")));
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithOneOrder")
  default void eachConditionDecidesATransaction(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      long version = store.update(Update.put("k", "5")).after().orElseThrow().version();
      assertThat(store.transact(tx -> tx.ifPresent("k")).succeeded()).isTrue();
      assertThat(store.transact(tx -> tx.ifPresent("none")).succeeded()).isFalse();
      assertThat(store.transact(tx -> tx.ifAbsent("k")).succeeded()).isFalse();
      assertThat(store.transact(tx -> tx.ifAbsent("none")).succeeded()).isTrue();
      assertThat(store.transact(tx -> tx.ifValue("k", "5")).succeeded()).isTrue();
      assertThat(store.transact(tx -> tx.ifValue("k", "6")).succeeded()).isFalse();
      assertThat(store.transact(tx -> tx.ifVersion("k", version)).succeeded()).isTrue();
      assertThat(store.transact(tx -> tx.ifVersion("k", version + 1)).succeeded()).isFalse();
      assertThat(store.transact(tx -> tx.ifPresent("k").ifAbsent("k")).succeeded()).isFalse();
      assertThat(store.transact(tx -> tx.thenGet("k")).value("k")).contains("5");
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithOneOrder")
  default void aTransactionThatAddsToWhatIsNoNumberChangesNothing(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("word", "one");
      assertThatThrownBy(
              () ->
                  store.transact(
                      tx ->
                          tx.ifAbsent("a")
                              .then(Update.put("a", "1"), Update.remove("word"))
                              .then(Update.put("word", "two"), Update.add("word", 1))))
          .isInstanceOf(NotANumberException.class)
          .hasMessageContaining("key word");
      assertThat(store.get("a")).isEmpty();
      assertThat(store.get("word")).contains("one");
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithOneOrderInVirtualTime")
  default void whatATransactionPutsForSomeTimeGoesAway(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      Duration lifetime = Duration.ofSeconds(10);
      store.transact(
          tx ->
              tx.ifAbsent("k")
                  .then(Update.<String, String>put("k", "v").lifetime(lifetime).flags(7)));
      assertThat(store.getVersioned("k").map(Versioned::flags)).contains(7);
      bench.pass(Duration.ofSeconds(6));
      assertThat(
              store
                  .transact(tx -> tx.ifAbsent("k").otherwise(Update.touch("k", lifetime)))
                  .succeeded())
          .isFalse();
      bench.pass(Duration.ofSeconds(6));
      assertThat(store.get("k")).contains("v");
      bench.pass(Duration.ofSeconds(6));
      assertThat(store.transact(tx -> tx.ifAbsent("k").otherwiseGet("k")).succeeded()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithOneOrderInVirtualTime")
  default void ofSeveralTransactionsAtOnceOneTakesAllOrNothing(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      bench.slowDown(store);
      List<CompletableFuture<Transacted<String, String>>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String name = "client " + i;
        all.add(
            store
                .at(node(store, i))
                .async()
                .transact(
                    tx ->
                        tx.ifAbsent("a")
                            .ifAbsent("b")
                            .then(Update.put("a", name), Update.put("b", name))
                            .otherwiseGet("a")
                            .otherwiseGet("b")));
      }
      List<Transacted<String, String>> done = all.stream().map(bench::join).toList();
      assertThat(done.stream().filter(Transacted::succeeded)).hasSize(1);
      String taken = store.transact(tx -> tx.thenGet("a")).value("a").orElseThrow();
      assertThat(done)
          .filteredOn(each -> !each.succeeded())
          .allSatisfy(
              each -> {
                assertThat(each.value("a")).contains(taken);
                assertThat(each.value("b")).contains(taken);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithOneOrder")
  default void aWatchSeesWhatATransactionWritesTogether(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.at(node(store, 0)).watch(Scan.all())) {
      CompletableFuture<Transacted<String, String>> done =
          store
              .async()
              .transact(
                  tx ->
                      tx.then(Update.put("a", "0"), Update.put("b", "1"), Update.put("a", "2"))
                          .thenGet("b"));
      bench.join(done);
      List<WatchEvent<String, String>> events = new ArrayList<>();
      bench.until(() -> watch.poll(Duration.ofMillis(1)).map(events::add).orElse(false));
      assertThat(events.get(0).changes())
          .extracting(
              change -> change.key() + "=" + change.now().map(Versioned::value).orElse("none"))
          .containsExactlyInAnyOrder("a=2", "b=1");
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aTransactionOverSeveralShardsIsRefused(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      if (setup.shards() > 1) {
        assertThatThrownBy(
                () -> store.transact(tx -> tx.ifAbsent("a").then(manyWrites()).thenGet("b")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("a transaction must stay in one shard")
            .hasMessageContaining("'a' is in shard")
            .hasMessageContaining("splitAt(...)")
            .hasMessageContaining("a table with shards(1)");
      }
    }
  }

  private static Update<String, String>[] manyWrites() {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Update<String, String>[] writes = new Update[20];
    for (int i = 0; i < writes.length; i++) {
      writes[i] = Update.put("k" + i, "v");
    }
    return writes;
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void aTransactionIsRefusedWhereWritesHaveNoOneOrder(Setup setup) {
    Bench bench = setup.bench();
    if (setup.hasOneOrder()) {
      return;
    }
    try (KVStore<String, String> store = bench.open()) {
      assertThatThrownBy(() -> store.transact(tx -> tx.ifAbsent("a").then(Update.put("a", "1"))))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("one order of all writes")
          .hasMessageContaining("update(Update)")
          .hasMessageContaining("nothing was changed");
      CompletableFuture<Transacted<String, String>> refused =
          store.async().transact(tx -> tx.then(Update.put("a", "1")));
      bench.end(refused);
      assertThatThrownBy(refused::join).hasCauseInstanceOf(UnsupportedOperationException.class);
      assertThat(store.get("a")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aTransactionThatDoesNothingOrHasConditionsElsewhereIsMisuse(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      assertThatThrownBy(() -> store.transact(tx -> tx))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does nothing");
      Update<String, String> conditional = Update.<String, String>put("k", "v").ifAbsent();
      assertThatThrownBy(() -> store.transact(tx -> tx.then(conditional)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("key k")
          .hasMessageContaining("ifAbsent(key)");
      assertThatThrownBy(() -> store.async().transact(tx -> tx))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
