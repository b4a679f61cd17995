package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries with a lifetime: they are there until it is over, and then nobody sees them. */
final class ExpiryTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#allSharded";
  private static final String SIMULATED = "io.kvstore.core.api.Setup#simulated";
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final Duration LONG = Duration.ofHours(1);

  @ParameterizedTest
  @MethodSource(SETUPS)
  void anEntryIsGoneAfterItsLifetime(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("short", "1", SHORT);
      store.put("long", "2", LONG);
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
  @MethodSource(SETUPS)
  void everyReplicaLetsItGo(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1", SHORT);
      bench.pass(SHORT.multipliedBy(2));
      store.cluster().nodes().stream()
          .map(store::at)
          .forEach(session -> assertThat(session.get("k")).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource(SIMULATED)
  void anEntryIsThereUntilItsLifetimeIsOver(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1", Duration.ofSeconds(100));
      bench.pass(Duration.ofSeconds(99));
      assertThat(store.get("k")).contains("1");
      bench.pass(Duration.ofSeconds(1));
      assertThat(store.get("k")).isEmpty();
    }
  }

  /** By a fast clock it has expired, by a slow one it has not. */
  @Test
  void whoKnowsOfAWriteKnowsWhatHadExpiredBeforeIt() {
    Simulation simulation = Simulation.withSeed(1);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.CAUSAL).engine(simulation).open()) {
      KVStore<String, String> fast = store.session().at(NodeId.of(1));
      KVStore<String, String> slow = store.session().at(NodeId.of(2));
      store.cluster().skewClock(NodeId.of(1), Duration.ofSeconds(60), 0);
      store.put("k", "1", Duration.ofSeconds(30));
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(slow.get("k")).contains("1");

      assertThat(fast.get("k")).isEmpty();
      fast.put("news", "k has expired");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(slow.get("news")).contains("k has expired");
      assertThat(slow.get("k")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(SIMULATED)
  void aTouchGivesANewLifetime(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "1", Duration.ofSeconds(10));
      bench.pass(Duration.ofSeconds(9));
      assertThat(store.touch("k", Duration.ofSeconds(20))).isTrue();
      bench.pass(Duration.ofSeconds(19));
      assertThat(store.get("k")).contains("1");
      bench.pass(Duration.ofSeconds(2));
      assertThat(store.get("k")).isEmpty();
      assertThat(store.touch("k", LONG)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(SIMULATED)
  void anotherPutEndsTheLifetimeAndAnAppendKeepsIt(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("put", "1", Duration.ofSeconds(10));
      store.put("appended", "1", Duration.ofSeconds(10));
      store.put("added", "1", Duration.ofSeconds(10));
      store.put("put", "2");
      store.append("appended", "2");
      store.add("added", 1);
      bench.pass(Duration.ofSeconds(11));

      assertThat(store.get("put")).contains("2");
      assertThat(store.get("appended")).isEmpty();
      assertThat(store.get("added")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(SIMULATED)
  void whatHasExpiredIsAbsentForConditions(Setup setup) {
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
  @MethodSource(SIMULATED)
  void anEntryKnowsWhenItExpires(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      Instant start = Instant.parse("2000-01-01T00:00:00Z").plus(bench.simulation().elapsed());
      Versioned<String> entry =
          store.update(Update.put("k", "1").lifetime(LONG)).after().orElseThrow();
      Versioned<String> forever =
          store
              .update(Update.put("l", "1").lifetime(Duration.ofSeconds(Long.MAX_VALUE)))
              .after()
              .orElseThrow();

      assertThat(entry.expiresAt().orElseThrow())
          .isBetween(start.plus(LONG), start.plus(LONG).plusSeconds(1));
      assertThat(forever.expiresAt()).isEmpty();
      assertThat(store.update(Update.put("k", "2")).after().orElseThrow().expiresAt()).isEmpty();
    }
  }
}
