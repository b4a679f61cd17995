package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node that does nothing for a while. */
class PauseTest {
  private static final NodeId PRIMARY = NodeId.of(0);
  private static final NodeId BACKUP = NodeId.of(1);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Simulation simulation = Simulation.withSeed(42);
  private final KVStore<String, String> store =
      KVStore.builder().engine(simulation).failover(Failover.byHand()).open();

  @Test
  void aWriteWaitsForABackupThatPauses() {
    store.cluster().pause(BACKUP, PAUSE);
    store.put("k", "v");
    assertThat(simulation.elapsed()).isGreaterThanOrEqualTo(PAUSE);
    assertThat(store.get("k")).contains("v");
  }

  @Test
  void aRequestWaitsForAPrimaryThatPauses() {
    store.cluster().pause(PRIMARY, PAUSE);
    assertThat(store.get("k")).isEmpty();
    assertThat(simulation.elapsed()).isGreaterThanOrEqualTo(PAUSE);
  }

  @Test
  void aLongerPauseWins() {
    store.cluster().pause(PRIMARY, PAUSE.multipliedBy(2));
    store.cluster().pause(PRIMARY, PAUSE);
    assertThat(store.get("k")).isEmpty();
    assertThat(simulation.elapsed()).isGreaterThanOrEqualTo(PAUSE.multipliedBy(2));
  }

  @Test
  void whatWaitsAtAPausedNodeEndsWhenItCrashes() {
    store.cluster().pause(PRIMARY, PAUSE);
    CompletableFuture<Void> put = store.async().put("k", "v");
    simulation.runFor(Duration.ofMillis(1));
    store.cluster().crash(PRIMARY);
    assertThat(put).isCompletedExceptionally();
    store.cluster().restart(PRIMARY);
    store.put("k", "w");
    assertThat(store.get("k")).contains("w");
  }

  @Test
  void aNodeThatStartsAgainWaitsForOneThatPauses() {
    store.cluster().crash(BACKUP);
    store.cluster().pause(NodeId.of(2), PAUSE);
    store.cluster().restart(BACKUP);
    assertThat(store.cluster().awaitMember(BACKUP, Duration.ofSeconds(5))).isTrue();
    assertThat(simulation.elapsed()).isGreaterThanOrEqualTo(PAUSE);
    store.put("k", "v");
    assertThat(store.get("k")).contains("v");
  }

  @Test
  void nodesPauseOnThreadsToo() {
    try (KVStore<String, String> threaded = KVStore.builder().engine(new InProcess()).open()) {
      threaded.cluster().pause(BACKUP, PAUSE);
      long start = System.nanoTime();
      threaded.put("k", "v");
      assertThat(System.nanoTime() - start).isGreaterThan(PAUSE.toNanos() / 2);
    }
  }

  @Test
  void aPauseIsNotNegative() {
    assertThatThrownBy(() -> store.cluster().pause(BACKUP, PAUSE.negated()))
        .hasMessageContaining("PT-0.3S");
  }
}
