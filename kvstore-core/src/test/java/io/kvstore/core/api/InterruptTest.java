package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An interrupted caller stops waiting, is told what is known, and keeps its interrupt. */
final class InterruptTest {
  static Stream<Setup> threads() {
    return Setup.linearizable().filter(setup -> !setup.isSimulated());
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aBlockedWriterEndsWithoutKnowing(Setup setup) throws InterruptedException {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.cluster().network().isolate(NodeId.of(1));
      Caller caller = Caller.of(() -> store.put("k", "v")).whenBlocked();
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
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      store.cluster().network().isolate(NodeId.of(1));
      Caller other = Caller.of(() -> store.put("other", "v")).whenBlocked();
      Caller caller = Caller.of(() -> store.put("k", "v")).whenBlocked();
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
}
