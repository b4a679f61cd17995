package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Failover;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.UnavailableException;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An interrupted caller stops waiting, is told what is known, and keeps its interrupt. */
final class InterruptTest {
  static Stream<Setup> threads() {
    return Setup.linearizable().filter(setup -> !setup.isSimulated());
  }

  /** A store whose primary reaches nobody, and stays the primary. */
  private static KVStore<String, String> cutOff(Bench bench, Lost lost) {
    KVStore<String, String> store = bench.trace(lost).builder().failover(Failover.byHand()).open();
    store.cluster().network().isolate(NodeId.of(1));
    return store;
  }

  /**
   * Sees the copies that did not arrive. A caller whose write was copied is known to have begun it;
   * one that merely sleeps may be waiting for its turn.
   */
  private static final class Lost implements Trace {
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Queue<String> copies = new ConcurrentLinkedQueue<>();

    @Override
    public void on(TraceEvent event) {
      if (event instanceof TraceEvent.Dropped dropped) {
        copies.add(dropped.message().toString());
      }
    }

    void awaitCopiesOf(String key) {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (copies.stream().noneMatch(copy -> copy.contains("key=" + key + ","))) {
        assertThat(System.nanoTime()).as("a copy of %s was sent", key).isLessThan(deadline);
        Thread.onSpinWait();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aBlockedWriterEndsWithoutKnowing(Setup setup) throws InterruptedException {
    Lost lost = new Lost();
    try (KVStore<String, String> store = cutOff(setup.bench(), lost)) {
      Caller caller = Caller.of(() -> store.put("k", "v"));
      lost.awaitCopiesOf("k");
      caller.interrupt();

      assertThat(caller.end())
          .isInstanceOf(IndeterminateException.class)
          .hasMessageContaining("the calling thread was interrupted")
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(caller.wasInterruptedAtTheEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aBlockedReaderEndsToo(Setup setup) throws InterruptedException {
    try (KVStore<String, String> store = setup.bench().open()) {
      NodeId lonely = NodeId.of(1);
      store.cluster().network().isolate(lonely);
      Caller caller = Caller.of(() -> store.at(lonely).get("k")).whenBlocked();
      caller.interrupt();

      assertThat(caller.end())
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("the calling thread was interrupted");
      assertThat(caller.wasInterruptedAtTheEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void othersAreNotDisturbed(Setup setup) throws InterruptedException {
    Lost lost = new Lost();
    try (KVStore<String, String> store = cutOff(setup.bench(), lost)) {
      Caller other = Caller.of(() -> store.put("other", "v"));
      lost.awaitCopiesOf("other");
      Caller caller = Caller.of(() -> store.put("k", "v"));
      lost.awaitCopiesOf("k");
      caller.interrupt();
      assertThat(caller.end()).isInstanceOf(IndeterminateException.class);
      store.cluster().network().heal();

      assertThat(other.end()).isNull();
      assertThat(store.get("other")).contains("v");
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aCallThatNeedNotWaitSucceedsOnAnInterruptedThread(Setup setup) throws InterruptedException {
    if (setup.runner() == Setup.Runner.DEDICATED) {
      return; // there, each call has to wait
    }
    try (KVStore<String, String> store = setup.bench().open()) {
      Caller caller =
          Caller.of(
              () -> {
                Thread.currentThread().interrupt();
                store.put("k", "v");
                assertThat(store.get("k")).contains("v");
              });

      assertThat(caller.end()).isNull();
      assertThat(caller.wasInterruptedAtTheEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void closingOnAnInterruptedThreadClosesAndKeepsTheInterrupt(Setup setup)
      throws InterruptedException {
    KVStore<String, String> store = setup.bench().open();
    Caller caller =
        Caller.of(
            () -> {
              Thread.currentThread().interrupt();
              store.close();
            });

    assertThat(caller.end()).isNull();
    assertThat(caller.wasInterruptedAtTheEnd()).isTrue();
    Threads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aNodeThatIsRestartedByAnInterruptedThreadServes(Setup setup) throws InterruptedException {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      NodeId node = NodeId.of(2);
      store.cluster().crash(node);
      Caller caller =
          Caller.of(
              () -> {
                Thread.currentThread().interrupt();
                store.cluster().restart(node);
              });

      assertThat(caller.end()).isNull();
      assertThat(caller.wasInterruptedAtTheEnd()).isTrue();
      bench.until(() -> store.cluster().status(node) == NodeStatus.SERVING);
    }
  }
}
