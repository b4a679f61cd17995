package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Failover;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a store: whoever waits is told, and whoever comes later too. */
final class CloseTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#linearizable";

  static Stream<Setup> threads() {
    return Setup.linearizable().filter(setup -> !setup.isSimulated());
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#allSharded")
  void aClosedStoreRefusesEverything(Setup setup) {
    KVStore<String, String> store = setup.bench().open();
    KVStore<String, String> session = store.session();
    store.put("k", "v");
    store.close();
    store.close();
    for (Consumer<KVStore<String, String>> call :
        List.<Consumer<KVStore<String, String>>>of(
            each -> each.get("k"),
            each -> each.put("k", "w"),
            KVStore::size,
            KVStore::clear,
            each -> each.asMap().get("k"),
            each -> each.session().get("k"),
            each -> each.session(Position.START).get("k"),
            each -> each.at(NodeId.of(0)).get("k"),
            each -> each.withTimeout(Bench.millis(1)).get("k"),
            each -> each.async().get("k").isDone(),
            each -> each.async().clear().isDone())) {
      assertThatThrownBy(() -> call.accept(store))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the store is closed");
      assertThatThrownBy(() -> call.accept(session)).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void closingASessionEndsTheSessionOnly(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      try (Session<String, String> session = store.session()) {
        session.put("k", "v");
      }
      store.at(NodeId.of(1)).withTimeout(Bench.millis(100)).close();
      assertThat(store.get("k")).contains("v");
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void closingThroughAnotherFaceClosesTheStore(Setup setup) {
    KVStore<String, String> store = setup.bench().open();
    store.withTimeout(Bench.millis(100)).close();
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(IllegalStateException.class);
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
  @MethodSource("threads")
  void everyOperationEndsWhenTheStoreIsClosedUnderLoad(Setup setup) throws InterruptedException {
    for (int round = 0; round < 10; round++) {
      KVStore<String, String> store = setup.bench().open();
      ConcurrentLinkedQueue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
      List<Caller> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(
            Caller.of(
                () -> {
                  while (true) {
                    store.put("k", "v");
                    futures.add(store.async().put("k", "v"));
                    futures.add(store.async().get("k"));
                  }
                }));
      }
      while (futures.size() < 100) {
        Thread.onSpinWait();
      }
      store.close();
      for (Caller caller : callers) {
        assertThat(caller.end())
            .isInstanceOfAny(IllegalStateException.class, KVStoreException.class);
      }
      futures.forEach(setup.bench()::end);
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void twoMayCloseAtOnce(Setup setup) throws InterruptedException {
    KVStore<String, String> store = setup.bench().open();
    Caller one = Caller.of(store::close);
    Caller other = Caller.of(store::close);

    assertThat(one.end()).isNull();
    assertThat(other.end()).isNull();
    Threads.assertNoneLeft();
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
}
