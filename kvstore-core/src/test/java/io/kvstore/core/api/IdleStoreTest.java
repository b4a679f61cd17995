package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A store on threads of which nothing is asked: it needs none of them. */
final class IdleStoreTest {
  private static final Duration DETECTION = Duration.ofMillis(50);

  private static KVStore<String, String> open(Setup setup) {
    return KVStore.builder()
        .consistency(setup.consistency())
        .replication(setup.replication())
        .failover(Failover.after(DETECTION))
        .open();
  }

  private static void awaitNoThread() {
    Threads.until(() -> Threads.running().isEmpty());
  }

  private static Stream<Setup> shared() {
    return Setup.threaded().filter(setup -> setup.runner() == Setup.Runner.SHARED);
  }

  /** Members that beat alike, with a view that leaves out who is lost, and one that does not. */
  private static Stream<Setup> twoOfThem() {
    return shared()
        .filter(setup -> setup.isAtLeast(Consistency.LINEARIZABLE))
        .filter(
            setup ->
                setup.replication() == Replication.PRIMARY
                    || setup.replication() == Replication.RAFT);
  }

  @ParameterizedTest
  @MethodSource("shared")
  void itsThreadEndsAndStartsAgain(Setup setup) {
    try (KVStore<String, String> store = open(setup)) {
      store.put("k", "1");
      awaitNoThread();
      assertThat(store.get("k")).contains("1");
      store.async().put("k", "2").join();
      assertThat(store.get("k")).contains("2");
    }
  }

  @ParameterizedTest
  @MethodSource("twoOfThem")
  void aNodeThatCrashesMeanwhileIsMissedAndComesBack(Setup setup) {
    NodeId last = NodeId.of(2);
    try (KVStore<String, String> store = open(setup)) {
      awaitNoThread();
      store.cluster().crash(last);
      if (!setup.goesByMajorities()) { // or else a majority goes on, and looks for it
        Threads.until(() -> !store.cluster().view(0).members().contains(last));
        awaitNoThread();
      }
      store.put("k", "2");
      store.cluster().restart(last);
      Threads.until(() -> store.cluster().view(0).members().contains(last));
      Threads.until(() -> store.at(last).get("k").filter("2"::equals).isPresent());
    }
  }

  /** What was to happen later happens, also when nothing else does. */
  @Test
  void aPauseEnds() {
    NodeId paused = NodeId.of(1);
    try (KVStore<String, String> store =
        KVStore.builder().failover(Failover.after(DETECTION)).open()) {
      awaitNoThread();
      store.cluster().pause(paused, DETECTION.multipliedBy(4));
      Threads.until(() -> !store.cluster().view(0).members().contains(paused));
      Threads.until(() -> store.cluster().view(0).members().contains(paused));
    }
  }
}
