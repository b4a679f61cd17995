package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.spi.VectorClock;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client has seen goes with it, also to replicas that links do not reach. */
final class SessionsTest {
  private static final NodeId NEAR = NodeId.of(0);
  private static final NodeId FAR = NodeId.of(2);

  /** The levels with local reads, which have to wait for what the session has seen. */
  static Stream<Setup> withLocalReads() {
    return Setup.all()
        .filter(
            setup ->
                setup.consistency() == Consistency.SEQUENTIAL
                    || setup.consistency() == Consistency.CAUSAL);
  }

  static Stream<Setup> causal() {
    return Setup.all().filter(setup -> setup.consistency() == Consistency.CAUSAL);
  }

  static Stream<Setup> eventual() {
    return Setup.simulated().filter(setup -> setup.consistency() == Consistency.EVENTUAL);
  }

  @ParameterizedTest
  @MethodSource("withLocalReads")
  void aReplicaThatLacksWhatWasSeenWaitsForIt(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "old");
      bench.eventually(() -> assertThat(store.at(FAR).get("k")).contains("old"));
      store.cluster().network().isolate(FAR);
      CompletableFuture<Void> write = store.at(NEAR).async().put("k", "new");
      bench.pass(Bench.millis(5));
      boolean isDoneWithout = setup.consistency() == Consistency.CAUSAL || setup.isKeptByMajority();
      Position seen = isDoneWithout ? after(store, bench) : next(store);

      Session<String, String> session = store.session(seen).at(FAR);
      assertThat(session.get("k", Consistency.EVENTUAL)).contains("old");
      CompletableFuture<?> read = session.async().get("k");
      bench.pass(Bench.millis(30));
      assertThat(read).isNotDone();
      store.cluster().network().heal();
      bench.end(write);

      assertThat(bench.join(read)).isEqualTo(store.session(seen).at(NEAR).get("k"));
    }
  }

  private static Position after(KVStore<String, String> store, Bench bench) {
    Session<String, String> session = store.at(NEAR);
    bench.eventually(() -> assertThat(session.get("k")).contains("new"));
    return session.position();
  }

  /** The place of the write that is under way: nobody has seen it yet, but somebody will have. */
  private static Position next(KVStore<String, String> store) {
    Session<String, String> session = store.at(NEAR);
    assertThat(session.get("k")).contains("old");
    long place = session.position().in(0).get(0);
    return Position.START.with(0, VectorClock.of(place + 1));
  }

  @ParameterizedTest
  @MethodSource("withLocalReads")
  void aReplicaThatStaysWithoutWhatWasSeenRefuses(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.put("k", "old");
      bench.eventually(() -> assertThat(store.at(FAR).get("k")).contains("old"));
      store.cluster().network().isolate(FAR);
      Session<String, String> near = store.at(NEAR);
      if (setup.consistency() == Consistency.CAUSAL) {
        near.put("k", "new");
      }
      Position seen = setup.consistency() == Consistency.CAUSAL ? near.position() : next(store);

      Session<String, String> session = store.session(seen).at(FAR);
      assertThatThrownBy(() -> session.withTimeout(Bench.millis(100)).get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("no answer in time")
          .hasMessageContaining(
              setup.consistency() == Consistency.CAUSAL
                  ? "its causal dependencies"
                  : "what this session has seen to arrive here");
    }
  }

  @ParameterizedTest
  @MethodSource("causal")
  void aWriteWaitsForItsDependenciesToo(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.cluster().network().isolate(FAR);
      Session<String, String> session = store.at(NEAR);
      session.put("k", "first");

      assertThatThrownBy(() -> session.at(FAR).withTimeout(Bench.millis(100)).put("k", "second"))
          .isInstanceOfSatisfying(
              UnavailableException.class,
              refused -> assertThat(refused.mayHaveBeenApplied()).isFalse())
          .hasMessageContaining("its causal dependencies");
      store.cluster().network().heal();
      bench.untilServed(() -> session.at(FAR).put("k", "second"));
      bench.eventually(() -> assertThat(store.get("k")).contains("second"));
    }
  }

  @ParameterizedTest
  @MethodSource("causal")
  void whoeverSeesAnAnswerSeesTheQuestion(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      // The question reaches the far replica late, and the answer to it at once.
      store.cluster().network().cut(NEAR, FAR);
      store.at(NEAR).put("question", "?");
      Session<String, String> other = store.at(NodeId.of(1));
      bench.eventually(() -> assertThat(other.get("question")).contains("?"));
      other.put("answer", "!");

      Session<String, String> far = store.at(FAR);
      for (int i = 0; i < 20; i++) {
        if (far.get("answer").isPresent()) {
          assertThat(far.get("question")).contains("?");
        }
        bench.pass(Bench.millis(1));
      }
      store.cluster().network().heal();
      bench.eventually(() -> assertThat(far.get("answer")).contains("!"));
      assertThat(far.get("question")).contains("?");
    }
  }

  @ParameterizedTest
  @MethodSource("eventual")
  void anEventualStoreMayShowWhatIsOldButNotForEver(Setup setup) {
    Bench bench = setup.bench();
    StoreBuilder<String, String> builder = bench.builder();
    if (setup.replication() == Replication.QUORUM) {
      builder = builder.readsFrom(1); // or else a read at a node that is cut off waits
    }
    try (KVStore<String, String> store = builder.open()) {
      store.put("k", "old");
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("old"));
      }
      store.cluster().network().isolate(FAR);
      Session<String, String> session = store.at(NEAR);
      CompletableFuture<Void> write = session.async().put("k", "new");
      bench.pass(Bench.millis(50));
      assertThat(session.at(FAR).get("k")).contains("old");

      store.cluster().network().heal();
      bench.end(write);
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("new"));
      }
    }
  }
}
