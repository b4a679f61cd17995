package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.AsyncKVStore;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NotANumberException;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The calls that are answered by futures do what the blocking ones do. */
public interface AsyncContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("setups")
  default void readsAreAnswered(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      AsyncKVStore<String, String> async = store.async();
      store.put("a", "1");
      store.put("b", "2");
      bench.ownWritesShow(() -> assertThat(store.size()).isEqualTo(2));
      long version = store.getVersioned("a").orElseThrow().version();

      assertThat(bench.join(async.get("a"))).contains("1");
      assertThat(bench.join(async.get("c"))).isEmpty();
      assertThat(bench.join(async.getVersioned("a")).map(Versioned::version)).contains(version);
      assertThat(bench.join(async.getAll(List.of("b", "c", "a"))))
          .containsExactly(Map.entry("b", "2"), Map.entry("a", "1"));
      assertThat(bench.join(async.contains("a"))).isTrue();
      assertThat(bench.join(async.contains("c"))).isFalse();
      assertThat(bench.join(async.scan(Scan.from("b")))).extracting(Item::key).containsExactly("b");
      assertThat(bench.join(async.snapshot())).isEqualTo(store.snapshot());
      assertThat(bench.join(async.size())).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void writesAreDone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      AsyncKVStore<String, String> async = store.async();
      assertThat(bench.join(async.put("k", "1"))).isNull();
      assertThat(bench.join(async.putIfAbsent("k", "2"))).isFalse();
      assertThat(bench.join(async.putIfAbsent("l", "2"))).isTrue();
      assertThat(bench.join(async.replace("k", "3"))).isTrue();
      assertThat(bench.join(async.getAndPut("k", "4"))).contains("3");
      Written<String> written = bench.join(async.update(Update.put("k", "5").ifPresent()));
      assertThat(written.before().map(Versioned::value)).contains("4");
      long version = written.after().orElseThrow().version();
      assertThat(bench.join(async.replace("k", version, "6"))).isTrue();
      assertThat(bench.join(async.replace("k", version, "7"))).isFalse();
      assertThat(bench.join(async.remove("k", version))).isFalse();
      assertThat(bench.join(async.add("k", 10))).isEqualTo(16);
      bench.join(async.append("k", "0"));
      bench.join(async.prepend("k", "-"));
      assertThat(bench.join(async.touch("k", Duration.ofMinutes(1)))).isTrue();
      assertThat(bench.join(async.touch("m", Duration.ofMinutes(1)))).isFalse();
      assertThat(bench.join(async.getAndRemove("k"))).contains("-160");
      assertThat(bench.join(async.remove("k"))).isFalse();
      assertThat(bench.join(async.batch(List.of(Update.append("l", "!"))))).isTrue();
      bench.join(async.put("n", "1", Duration.ofMinutes(1)));
      bench.ownWritesShow(
          () -> {
            assertThat(store.get("l")).contains("2!");
            assertThat(store.size()).isEqualTo(2);
          });
      bench.join(async.clear());
      bench.ownWritesShow(() -> assertThat(store.size()).isZero());
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void manyWritesAtOnceAreAllDone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      List<CompletableFuture<Long>> sums =
          IntStream.range(0, 300).mapToObj(i -> store.async().add("k" + i % 7, 1)).toList();
      sums.forEach(bench::end);

      long total = IntStream.range(0, 7).mapToLong(i -> store.add("k" + i, 0)).sum();
      assertThat(total).isEqualTo(300);
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void whatABlockingCallWouldThrowEndsTheFuture(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "one");
      CompletableFuture<Long> sum = store.async().add("k", 1);
      bench.end(sum);

      assertThat(sum)
          .failsWithin(Duration.ofMillis(0))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(NotANumberException.class);
    }
  }
}
