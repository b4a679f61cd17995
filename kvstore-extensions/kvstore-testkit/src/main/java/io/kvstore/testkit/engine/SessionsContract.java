package io.kvstore.testkit.engine;

import static io.kvstore.testkit.engine.EngineContract.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client has seen goes with it, from replica to replica and from hand to hand. */
public interface SessionsContract extends EngineContract {
  @ParameterizedTest
  @MethodSource("orderedSetups")
  default void aSessionReadsItsOwnWritesAtEveryReplica(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      Session<String, String> session = store.session();
      for (int i = 0; i < 30; i++) {
        String value = "v" + i;
        NodeId writer = node(store, i % 3);
        NodeId reader = node(store, (i + 1 + i / 3 % 2) % 3);
        session.at(writer).put("k" + i % 5, value);
        assertThat(session.at(reader).get("k" + i % 5)).contains(value);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("orderedSetups")
  default void aSessionNeverGoesBackInTime(Setup setup) {
    Bench bench = setup.bench();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    try (KVStore<String, String> store = bench.open()) {
      Session<String, String> writer = store.at(node(store, 0));
      Session<String, String> reader = store.session();
      writer.put("k", "0");
      long last = 0;
      for (int i = 1; i <= 100; i++) {
        CompletableFuture<Void> write = writer.async().put("k", "" + i);
        String value = reader.at(node(store, random.nextInt(3))).get("k").orElse("0");
        assertThat(Long.parseLong(value)).isGreaterThanOrEqualTo(last);
        last = Long.parseLong(value);
        bench.end(write);
      }
      assertThat(last).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("orderedSetups")
  default void whatSomebodyElseHasSeenCanBeHandedOver(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      Session<String, String> writer = store.at(node(store, 0));
      for (int i = 0; i < 20; i++) {
        writer.put("k" + i % 4, "v" + i);
        Position seen = Position.parse(writer.position().toString());
        assertThat(seen).isEqualTo(writer.position());
        assertThat(store.session(seen).at(node(store, 2)).get("k" + i % 4)).contains("v" + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithLocalReads")
  default void aReadWaitsForWhatItsSessionHasSeen(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      Session<String, String> writer = store.at(node(store, 0));
      writer.put("k", "old");
      for (NodeId reader : store.cluster().nodes()) {
        long next = writer.position().in(0).get(0) + 1; // the position of the next write
        Session<String, String> session =
            store.session(Position.START.with(0, VectorClock.of(next))).at(reader);
        CompletableFuture<Optional<String>> read = session.async().get("k");
        bench.pass(Duration.ofMillis(30));
        assertThat(read).isNotDone();
        writer.put("k", "new at " + reader);
        assertThat(bench.join(read)).contains("new at " + reader);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsWithLocalReads")
  default void aReadThatWaitsInVainIsRefusedAndSaysWhatItWaitedFor(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("k", "v");
      Position neverReached = Position.START.with(0, VectorClock.of(1_000_000));
      for (NodeId reader : store.cluster().nodes()) {
        Session<String, String> session = store.session(neverReached).at(reader);
        assertThat(session.get("k", Consistency.EVENTUAL)).isNotNull(); // this waits for nothing
        assertThatThrownBy(() -> session.withTimeout(Duration.ofMillis(100)).get("k"))
            .isInstanceOfSatisfying(
                UnavailableException.class,
                refused -> assertThat(refused.mayHaveBeenApplied()).isFalse())
            .hasMessageContaining("no answer in time")
            .hasMessageMatching(".*(what this session has seen|its causal dependencies).*");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aFreshSessionHasSeenNothing(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("k", "v");
      Session<String, String> session = store.session();
      assertThat(session.position()).isEqualTo(Position.START);
      assertThat(Position.parse(session.position().toString())).isEqualTo(Position.START);
    }
  }

  @ParameterizedTest
  @MethodSource("orderedSetups")
  default void aPositionOnlyGrows(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      Session<String, String> session = store.session();
      Position last = session.position();
      for (int i = 0; i < 20; i++) {
        session.put("k" + i, "v");
        assertThat(session.position().covers(last)).isTrue();
        assertThat(last.covers(session.position())).isFalse();
        last = session.position();
        assertThat(session.get("k" + i / 2)).isPresent();
        assertThat(session.position().covers(last)).isTrue();
      }
    }
  }
}
