package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.KVStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code asMap()} does beyond what every map must: atomic functions, values as bytes. */
public interface MapContract extends EngineContract {
  /** Has several threads do something again and again; returns how often it was done together. */
  private static long byAll(Bench bench, Runnable oneRound) {
    int callers = 4;
    int rounds = bench.repetitions(200);
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      ends.add(
          CompletableFuture.runAsync(
              () -> IntStream.range(0, rounds).forEach(round -> oneRound.run()),
              task -> new Thread(task, "caller").start()));
    }
    ends.forEach(CompletableFuture::join);
    return (long) callers * rounds;
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void noMergeIsLost(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Long> store = bench.builder().values(Codecs.LONG).open()) {
      ConcurrentMap<String, Long> map = store.asMap();
      long all = byAll(bench, () -> map.merge("sum", 1L, Long::sum));
      assertThat(map).containsEntry("sum", all);
    }
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void noComputationIsLost(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Long> store = bench.builder().values(Codecs.LONG).open()) {
      ConcurrentMap<String, Long> map = store.asMap();
      long computed =
          byAll(bench, () -> map.compute("sum", (key, old) -> old == null ? 1 : old + 1));
      long more = byAll(bench, () -> map.computeIfPresent("sum", (key, old) -> old + 1));
      assertThat(map).containsEntry("sum", computed + more);
    }
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void allGetWhatTheFirstComputed(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Long> store = bench.builder().values(Codecs.LONG).open()) {
      ConcurrentMap<String, Long> map = store.asMap();
      long unused =
          byAll(
              bench,
              () -> {
                long mine = Thread.currentThread().getId();
                long first = map.computeIfAbsent("first", key -> mine);
                assertThat(map).containsEntry("first", first);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void valuesAreComparedAsBytes(Setup setup) {
    try (KVStore<String, byte[]> store = setup.bench().builder().values(Codecs.BYTE_ARRAY).open()) {
      ConcurrentMap<String, byte[]> map = store.asMap();
      map.put("k", new byte[] {1, 2});

      assertThat(map.containsValue(new byte[] {1, 2})).isTrue();
      assertThat(map.containsValue(new byte[] {1})).isFalse();
      assertThat(map.entrySet().contains(Map.entry("k", new byte[] {1, 2}))).isTrue();
      assertThat(map.entrySet().contains(Map.entry("k", new byte[] {2}))).isFalse();
      assertThat(map.replace("k", new byte[] {2}, new byte[] {3})).isFalse();
      assertThat(map.replace("k", new byte[] {1, 2}, new byte[] {3})).isTrue();
      assertThat(map.remove("k", new byte[] {1, 2})).isFalse();
      assertThat(map.remove("k", new byte[] {3})).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  @SuppressWarnings("CollectionIncompatibleType") // on purpose
  default void aKeyOrValueOfAnotherTypeIsNotThere(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      ConcurrentMap<String, String> map = store.asMap();
      map.put("1", "1");

      assertThat(map.get((Object) 1)).isNull();
      assertThat(map.containsKey((Object) 1)).isFalse();
      assertThat(map.containsValue((Object) 1)).isFalse();
      assertThat(map.remove((Object) 1)).isNull();
      assertThat(map.remove("1", (Object) 1)).isFalse();
      assertThat(map.entrySet().contains(Map.entry("1", 1))).isFalse();
      assertThat(map).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void walkingIsOverASnapshotAndChangesTheStore(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      ConcurrentMap<String, String> map = store.asMap();
      map.putAll(Map.of("a", "1", "b", "2", "c", "3"));
      Iterator<Map.Entry<String, String>> walk = map.entrySet().iterator();
      assertThatThrownBy(walk::remove).isInstanceOf(IllegalStateException.class);
      map.remove("c");
      walk.next().setValue("x");
      walk.next();
      walk.remove();
      assertThat(walk.next().getKey()).isEqualTo("c");
      assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);

      assertThat(store.asMap()).containsExactly(Map.entry("a", "x"));
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void theMapIsTheStore(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      ConcurrentMap<String, String> map = store.asMap();
      map.put("a", "1");
      store.put("b", "2");
      map.replaceAll((key, value) -> key + value);
      assertThat(map.keySet().removeAll(List.of("b", "x"))).isTrue();

      assertThat(store.snapshot()).hasSize(1);
      assertThat(store.get("a")).contains("a1");
      assertThat(map).isEqualTo(Map.of("a", "a1"));
    }
  }
}
