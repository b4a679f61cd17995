package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.kvstore.Failover;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a store: whoever waits is told, and whoever comes later too. */
final class CloseTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#linearizable";

  static Stream<Setup> threads() {
    return Setup.linearizable().filter(setup -> !setup.isSimulated());
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void futuresEndWhenTheStoreDoes(Setup setup) {
    Bench bench = setup.bench();
    KVStore<String, String> store = bench.builder().failover(Failover.byHand()).open();
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    store.cluster().network().isolate(NodeId.of(1));
    for (int i = 0; i < 10; i++) {
      waiting.add(store.async().put("k" + i, "v"));
      waiting.add(store.async().get("k" + i));
    }
    bench.pass(Bench.millis(1));
    waiting.add(store.async().put("last", "v"));
    store.close();

    for (CompletableFuture<?> future : waiting) {
      bench.end(future);
    }
    assertThat(waiting.get(0))
        .failsWithin(Bench.millis(0))
        .withThrowableThat()
        .withCauseInstanceOf(IndeterminateException.class)
        .withMessageContaining("closed");
  }

  @ParameterizedTest
  @MethodSource("threads")
  void blockedCallersAreToldPromptly(Setup setup) throws InterruptedException {
    KVStore<String, String> store =
        setup.bench().builder().failover(Failover.byHand()).open(); // so that they stay blocked
    store.cluster().network().isolate(NodeId.of(1));
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String key = "k" + i;
      callers.add(Caller.of(() -> store.put(key, "v")));
      callers.add(Caller.of(() -> store.at(NodeId.of(1)).get(key)));
    }
    callers.forEach(Caller::whenBlocked);
    long start = System.nanoTime();
    store.close();
    for (Caller caller : callers) {
      assertThat(caller.end()).isInstanceOf(KVStoreException.class).hasMessageContaining("closed");
    }
    assertThat(System.nanoTime() - start).isLessThan(Bench.millis(30_000).toNanos());
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aStoreMayBeClosedByWhatDependsOnItsAnswer(Setup setup) {
    Bench bench = setup.bench();
    KVStore<String, String> store = bench.open();
    store.cluster().network().isolate(NodeId.of(1));
    CompletableFuture<Void> closed =
        store
            .withTimeout(Bench.millis(50))
            .async()
            .put("k", "v")
            .handle(
                (done, thrown) -> {
                  store.close();
                  return null;
                });
    CompletableFuture<Void> other = store.async().put("l", "v");

    bench.end(closed);
    bench.end(other);
    assertThat(closed).isCompleted();
    assertThat(other).isCompletedExceptionally();
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(IllegalStateException.class);
    Threads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aClosedStoreSaysSoWhenAskedForItsHealth(Setup setup) {
    KVStore<String, String> store = setup.bench().open();
    store.close();

    assertThatThrownBy(() -> store.cluster().health())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the store is closed");
  }

  @Test
  void closingSaysThatItWaitsForAListener() throws InterruptedException {
    Bench bench = threads().findFirst().orElseThrow().bench();
    CountDownLatch isTold = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    PrintStream console = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      KVStore<String, String> store = bench.open();
      store.watch(
          Scan.all(),
          event -> {
            isTold.countDown();
            Uninterruptibles.awaitUninterruptibly(mayReturn);
          });
      store.put("k", "v");
      isTold.await();
      Caller closing = Caller.of(store::close);
      bench.until(() -> log.toString(StandardCharsets.UTF_8).contains("close() waits for"));
      assertThat(log.toString(StandardCharsets.UTF_8))
          .contains("close() waits for a listener that has not returned, on a thread kvstore-");
      mayReturn.countDown();
      assertThat(closing.end()).isNull();
    } finally {
      mayReturn.countDown();
      System.setErr(console);
    }
  }
}
