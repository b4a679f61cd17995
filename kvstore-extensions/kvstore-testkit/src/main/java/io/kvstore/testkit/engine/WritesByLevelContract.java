package io.kvstore.testkit.engine;

import static io.kvstore.testkit.engine.EngineContract.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What conditional and atomic writes mean when three replicas are asked at once, as the table in
 * the class comment of {@link KVStore} has it.
 */
public interface WritesByLevelContract extends EngineContract {
  private static KVStore<String, String> open(Bench bench) {
    KVStore<String, String> store = bench.open();
    bench.slowDown(store);
    return store;
  }

  /** Asks each replica at once, and returns what they answer. */
  private static <T> List<T> atOnce(
      Bench bench,
      KVStore<String, String> store,
      Function<Session<String, String>, CompletableFuture<T>> ask) {
    List<CompletableFuture<T>> futures = new ArrayList<>();
    for (NodeId node : store.cluster().nodes()) {
      futures.add(ask.apply(store.at(node)));
    }
    return futures.stream().map(bench::join).toList();
  }

  /** What all replicas hold under a key once they agree. */
  private static String agreedOn(Bench bench, KVStore<String, String> store, String key) {
    bench.pass(Duration.ofSeconds(1));
    List<String> values = new ArrayList<>();
    bench.eventually(
        () -> {
          values.clear();
          for (NodeId node : store.cluster().nodes()) {
            values.add(store.at(node).get(key).orElse("nothing"));
          }
          assertThat(values.stream().distinct()).as("%s", values).hasSize(1);
        });
    return values.get(0);
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void ofSeveralPutIfAbsentOneSucceedsWhereOneMemberDecides(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      List<Boolean> answers =
          atOnce(bench, store, client -> client.async().putIfAbsent("k", "of " + client));
      long succeeded = answers.stream().filter(each -> each).count();
      assertThat(succeeded).isEqualTo(setup.decidesAtEachMember() ? answers.size() : 1);
      agreedOn(bench, store, "k"); // one value remains
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void ofSeveralReplacementsOfOneVersionOneSucceedsWhereOneMemberDecides(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.put("k", "old");
      agreedOn(bench, store, "k");
      long version = store.getVersioned("k").orElseThrow().version();
      List<Boolean> answers =
          atOnce(bench, store, client -> client.async().replace("k", version, "new"));
      long succeeded = answers.stream().filter(each -> each).count();
      assertThat(succeeded).isEqualTo(setup.decidesAtEachMember() ? answers.size() : 1);
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void everyAdditionCountsWhereOneMemberDecides(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      List<Long> sums = atOnce(bench, store, client -> client.async().add("n", 1));
      if (setup.decidesAtEachMember()) {
        assertThat(sums).containsOnly(1L);
        assertThat(agreedOn(bench, store, "n")).isEqualTo("1");
      } else {
        assertThat(sums).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(agreedOn(bench, store, "n")).isEqualTo("3");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void aBatchIsAllOrNothingWhereItIsDecided(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      List<Boolean> answers =
          atOnce(
              bench,
              store,
              client ->
                  client
                      .async()
                      .batch(
                          List.of(
                              Update.<String, String>put("a", "batch").ifAbsent(),
                              Update.put("a", "of a client"))));
      long succeeded = answers.stream().filter(each -> each).count();
      assertThat(succeeded).isEqualTo(setup.decidesAtEachMember() ? answers.size() : 1);
      assertThat(agreedOn(bench, store, "a")).isEqualTo("of a client");
    }
  }

  /**
   * The batch of one member, and a later write of one of its keys at another that knows nothing.
   */
  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void membersThatDecideAloneMergeEachKeyOfABatchByItself(Setup setup) {
    if (!setup.decidesAtEachMember()) {
      return;
    }
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      CompletableFuture<Boolean> batch =
          store
              .at(node(store, 0))
              .async()
              .batch(List.of(Update.put("a", "batch"), Update.put("b", "batch")));
      CompletableFuture<Void> other = store.at(node(store, 2)).async().put("b", "other");
      bench.end(other);
      assertThat(bench.join(batch)).isTrue();
      assertThat(agreedOn(bench, store, "a")).isEqualTo("batch");
      assertThat(agreedOn(bench, store, "b")).isEqualTo("other");
    }
  }
}
