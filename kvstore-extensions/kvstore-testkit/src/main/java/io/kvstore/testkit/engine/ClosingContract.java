package io.kvstore.testkit.engine;

import static io.kvstore.testkit.engine.EngineContract.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a store: those who wait are told, and so are those who come later. */
public interface ClosingContract extends EngineContract {
  @ParameterizedTest
  @MethodSource("setups")
  default void aClosedStoreRefusesEverything(Setup setup) {
    KVStore<String, String> store = setup.bench().builderOfOneToClose().open();
    KVStore<String, String> session = store.session();
    NodeId node = node(store, 0);
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
            each -> each.at(node).get("k"),
            each -> each.withTimeout(Duration.ofMillis(1)).get("k"),
            each -> each.async().get("k").isDone(),
            each -> each.async().clear().isDone())) {
      assertThatThrownBy(() -> call.accept(store))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the store is closed");
      assertThatThrownBy(() -> call.accept(session)).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void closingASessionEndsTheSessionOnly(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      try (Session<String, String> session = store.session()) {
        session.put("k", "v");
      }
      store.at(node(store, 1)).withTimeout(Duration.ofMillis(100)).close();
      assertThat(store.get("k")).contains("v");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void closingThroughAnotherFaceClosesTheStore(Setup setup) {
    KVStore<String, String> store = setup.bench().builderOfOneToClose().open();
    store.withTimeout(Duration.ofMillis(100)).close();
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void everyOperationEndsWhenTheStoreIsClosedUnderLoad(Setup setup) {
    Bench bench = setup.bench();
    for (int round = 0; round < bench.repetitions(10); round++) {
      KVStore<String, String> store = bench.builderOfOneToClose().open();
      ConcurrentLinkedQueue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<Void>> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(
            CompletableFuture.runAsync(
                () -> {
                  while (true) {
                    store.put("k", "v");
                    futures.add(store.async().put("k", "v"));
                    futures.add(store.async().get("k"));
                  }
                },
                task -> new Thread(task, "caller").start()));
      }
      bench.until(() -> futures.size() >= 100);
      store.close();
      for (CompletableFuture<Void> caller : callers) {
        assertThat(caller)
            .failsWithin(Bench.PATIENCE)
            .withThrowableThat()
            .havingCause()
            .isInstanceOfAny(IllegalStateException.class, KVStoreException.class);
      }
      futures.forEach(bench::end);
    }
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void twoMayCloseAtOnce(Setup setup) {
    KVStore<String, String> store = setup.bench().builderOfOneToClose().open();
    for (CompletableFuture<Void> closing :
        List.of(
            CompletableFuture.runAsync(store::close), CompletableFuture.runAsync(store::close))) {
      assertThat(closing).succeedsWithin(Bench.PATIENCE);
    }
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void closingTheStoreEndsAWaitingWatch(Setup setup) {
    KVStore<String, String> store = setup.bench().builderOfOneToClose().open();
    Watch<String, String> watch = store.watch(Scan.all());
    CompletableFuture<Boolean> ended =
        CompletableFuture.supplyAsync(() -> watch.iterator().hasNext());
    store.put("k", "v");
    store.close();
    assertThat(ended).succeedsWithin(Bench.PATIENCE);
    assertThat(watch.isOpen()).isFalse();
  }
}
