package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.Update;
import io.kvstore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries with a lifetime: they are there until it is over, and then they are seen no more. */
public interface LifetimesContract extends EngineContract {
  @ParameterizedTest
  @MethodSource("setups")
  default void anEntryIsGoneAfterItsLifetime(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("short", "1", Duration.ofMillis(30));
      store.put("long", "2", Duration.ofHours(1));
      store.put("forever", "3");
      bench.eventually(
          () -> {
            assertThat(store.contains("short")).isFalse();
            assertThat(store.getAll(List.of("short", "long", "forever")))
                .containsOnlyKeys("long", "forever");
            assertThat(store.size()).isEqualTo(2);
          });
      assertThat(store.snapshot()).hasSize(2);
      assertThat(store.getAndPut("short", "again")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void everyReplicaLetsItGo(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1", Duration.ofMillis(30));
      bench.pass(Duration.ofMillis(60));
      store.cluster().nodes().stream()
          .map(store::at)
          .forEach(session -> assertThat(session.get("k")).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void anEntryIsThereUntilItsLifetimeIsOver(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1", Duration.ofSeconds(100));
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("1"));
      bench.pass(Duration.ofSeconds(99));
      assertThat(store.get("k")).contains("1");
      bench.pass(Duration.ofSeconds(1));
      assertThat(store.get("k")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void aTouchGivesANewLifetime(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1", Duration.ofSeconds(10));
      bench.pass(Duration.ofSeconds(9));
      assertThat(store.touch("k", Duration.ofSeconds(20))).isTrue();
      bench.pass(Duration.ofSeconds(18));
      bench.ownWritesShow(() -> assertThat(store.get("k")).contains("1"));
      bench.pass(Duration.ofSeconds(3));
      assertThat(store.get("k")).isEmpty();
      assertThat(store.touch("k", Duration.ofHours(1))).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void anotherPutEndsTheLifetimeAndAnAppendKeepsIt(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("put", "1", Duration.ofSeconds(10));
      store.put("appended", "1", Duration.ofSeconds(10));
      store.put("added", "1", Duration.ofSeconds(10));
      store.put("put", "2");
      store.append("appended", "2");
      store.add("added", 1);
      bench.pass(Duration.ofSeconds(11));

      bench.ownWritesShow(() -> assertThat(store.get("put")).contains("2"));
      assertThat(store.get("appended")).isEmpty();
      assertThat(store.get("added")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void aCounterLivesFromItsFirstAdditionOn(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      assertThat(store.add("calls", 2, Duration.ofSeconds(10))).isEqualTo(2);
      bench.pass(Duration.ofSeconds(6));
      assertThat(store.add("calls", 3, Duration.ofSeconds(10))).isEqualTo(5);
      bench.pass(Duration.ofSeconds(5));
      assertThat(store.get("calls")).isEmpty();
      assertThat(store.add("calls", 4, Duration.ofSeconds(10))).isEqualTo(4);
      bench.pass(Duration.ofSeconds(11));
      assertThat(store.get("calls")).isEmpty();

      store.add("lasting", 1);
      store.add("lasting", 1, Duration.ofSeconds(10));
      bench.pass(Duration.ofSeconds(11));
      bench.ownWritesShow(() -> assertThat(store.get("lasting")).contains("2"));
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void whatHasExpiredIsAbsentForConditions(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      long version =
          store
              .update(Update.put("k", "1").lifetime(Duration.ofSeconds(1)))
              .after()
              .orElseThrow()
              .version();
      bench.pass(Duration.ofSeconds(2));

      assertThat(store.replace("k", "2")).isFalse();
      assertThat(store.replace("k", version, "2")).isFalse();
      assertThat(store.remove("k")).isFalse();
      assertThat(store.add("k", 3)).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithVirtualTime")
  default void anEntryKnowsWhenItExpires(Setup setup) {
    Bench bench = setup.bench();
    Duration hour = Duration.ofHours(1);
    try (KVStore<String, String> store = bench.open()) {
      Instant start = bench.time();
      Versioned<String> entry =
          store.update(Update.put("k", "1").lifetime(hour)).after().orElseThrow();
      Versioned<String> forever =
          store
              .update(Update.put("l", "1").lifetime(Duration.ofSeconds(Long.MAX_VALUE)))
              .after()
              .orElseThrow();

      assertThat(entry.expiresAt().orElseThrow())
          .isBetween(start.plus(hour), start.plus(hour).plusSeconds(1));
      assertThat(forever.expiresAt()).isEmpty();
      assertThat(store.update(Update.put("k", "2")).after().orElseThrow().expiresAt()).isEmpty();
    }
  }
}
