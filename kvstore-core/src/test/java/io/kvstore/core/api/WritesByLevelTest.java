package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
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
final class WritesByLevelTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#simulated";
  private static final int NODES = 3;

  /** Whether each member decides by what it holds itself; otherwise one decides for all. */
  private static boolean decidesAlone(Setup setup) {
    return setup.replication() == Replication.BROADCAST;
  }

  private static KVStore<String, String> open(Bench bench) {
    KVStore<String, String> store = bench.open();
    Delay slow = Delay.uniform(Duration.ofMillis(1), Duration.ofMillis(5));
    store.cluster().network().faults(Faults.NONE.withDelay(slow));
    return store;
  }

  /** Asks each replica at once, and returns what they answer. */
  private static <T> List<T> atOnce(
      Bench bench,
      KVStore<String, String> store,
      Function<Session<String, String>, CompletableFuture<T>> ask) {
    List<CompletableFuture<T>> futures = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      futures.add(ask.apply(store.at(NodeId.of(node))));
    }
    return futures.stream().map(bench::join).toList();
  }

  /** What all replicas hold under a key once they agree. */
  private static String agreedOn(Bench bench, KVStore<String, String> store, String key) {
    bench.pass(Duration.ofSeconds(1));
    List<String> values = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      values.add(store.at(NodeId.of(node)).get(key).orElseThrow());
    }
    assertThat(values.stream().distinct()).as("%s", values).hasSize(1);
    return values.get(0);
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void ofSeveralPutIfAbsentOneSucceedsWhereOneMemberDecides(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      List<Boolean> answers =
          atOnce(bench, store, client -> client.async().putIfAbsent("k", "of " + client));
      long succeeded = answers.stream().filter(each -> each).count();
      assertThat(succeeded).isEqualTo(decidesAlone(setup) ? NODES : 1);
      agreedOn(bench, store, "k"); // one value remains
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void ofSeveralReplacementsOfOneVersionOneSucceedsWhereOneMemberDecides(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.put("k", "old");
      bench.pass(Duration.ofSeconds(1));
      long version = store.getVersioned("k").orElseThrow().version();
      List<Boolean> answers =
          atOnce(bench, store, client -> client.async().replace("k", version, "new"));
      long succeeded = answers.stream().filter(each -> each).count();
      assertThat(succeeded).isEqualTo(decidesAlone(setup) ? NODES : 1);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void everyAdditionCountsWhereOneMemberDecides(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      List<Long> sums = atOnce(bench, store, client -> client.async().add("n", 1));
      if (decidesAlone(setup)) {
        assertThat(sums).containsOnly(1L);
        assertThat(agreedOn(bench, store, "n")).isEqualTo("1");
      } else {
        assertThat(sums).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(agreedOn(bench, store, "n")).isEqualTo("3");
      }
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aBatchIsAllOrNothingWhereItIsDecided(Setup setup) {
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
      assertThat(succeeded).isEqualTo(decidesAlone(setup) ? NODES : 1);
      assertThat(agreedOn(bench, store, "a")).isEqualTo("of a client");
    }
  }

  /**
   * The batch of one member, and a later write of one of its keys at another that knows nothing.
   */
  @ParameterizedTest
  @MethodSource(SETUPS)
  void membersThatDecideAloneMergeEachKeyOfABatchByItself(Setup setup) {
    if (!decidesAlone(setup)) {
      return;
    }
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      CompletableFuture<Boolean> batch =
          store
              .at(NodeId.of(0))
              .async()
              .batch(List.of(Update.put("a", "batch"), Update.put("b", "batch")));
      CompletableFuture<Void> other = store.at(NodeId.of(2)).async().put("b", "other");
      bench.end(other);
      assertThat(bench.join(batch)).isTrue();
      assertThat(agreedOn(bench, store, "a")).isEqualTo("batch");
      assertThat(agreedOn(bench, store, "b")).isEqualTo("other");
    }
  }
}
