package io.kvstore.testkit.engine;

import static io.kvstore.testkit.engine.EngineContract.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.Registration;
import io.kvstore.Scan;
import io.kvstore.WatchEvent;
import io.kvstore.WatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Watches that tell a listener. */
public interface WatchListenerContract extends EngineContract {
  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aListenerIsToldOfEveryChangeInOrderAndOfTheEnd(Setup setup) {
    Bench bench = setup.bench();
    WatchNotes notes = new WatchNotes();
    WatchNotes later = new WatchNotes();
    KVStore<String, String> store = bench.builderOfOneToClose().open();
    try (store) {
      assertThat(store.watch(Scan.key("k"), notes)).isNotNull();
      numbers(0, 150).forEach(number -> store.put("k", number));
      bench.until(() -> notes.values.size() >= 150);
      assertThat(store.watch(Scan.key("k"), notes.positions.get(49), later)).isNotNull();
      bench.until(() -> later.values.size() >= 100);
    }
    assertThat(notes.values).isEqualTo(numbers(0, 150));
    assertThat(later.values).isEqualTo(numbers(50, 150));
    assertThat(notes.ends).containsExactly(Optional.empty());
    assertThat(later.ends).containsExactly(Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aClosedRegistrationTellsNothingMoreButTheEnd(Setup setup) {
    Bench bench = setup.bench();
    WatchNotes notes = new WatchNotes();
    try (KVStore<String, String> store = bench.open()) {
      Registration registration = store.watch(Scan.all(), notes);
      store.put("k", "1");
      bench.until(() -> notes.values.size() == 1);
      registration.close();
      registration.close();
      store.put("k", "2");
      bench.until(() -> !notes.ends.isEmpty());
      assertThat(notes.values).containsExactly("1");
      assertThat(notes.ends).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aListenerThatThrowsIsToldTheNextEvent(Setup setup) {
    Bench bench = setup.bench();
    List<String> seen = new CopyOnWriteArrayList<>();
    try (KVStore<String, String> store = bench.open();
        Registration registration =
            store.watch(
                Scan.all(),
                event -> {
                  seen.add(event.changes().get(0).key());
                  throw new IllegalStateException("thrown by a listener");
                })) {
      store.put("a", "v");
      store.put("b", "v");
      bench.until(() -> seen.size() == 2);
      assertThat(seen).containsExactly("a", "b");
      assertThat(registration).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aListenerMayCallTheStore(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Registration registration =
            store.watch(
                Scan.prefix("in/"),
                event ->
                    event.changes().forEach(change -> store.put("out/" + change.key(), "seen")))) {
      numbers(0, 20).forEach(number -> store.put("in/" + number, "v"));
      bench.eventually(() -> assertThat(store.scan(Scan.prefix("out/"))).hasSize(20));
      assertThat(registration).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("fewThreadedSetups")
  default void aSlowListenerHoldsNobodyUpAndEndsWhenItIsTooFarBehind(Setup setup)
      throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    WatchNotes quick = new WatchNotes();
    List<String> slow = new ArrayList<>();
    List<Optional<HistoryGoneException>> ends = new CopyOnWriteArrayList<>();
    WatchListener<String, String> listener =
        new WatchListener<>() {
          @Override
          public void on(WatchEvent<String, String> event) {
            slow.add(event.changes().get(0).key());
            entered.countDown();
            awaitUninterrupted(released);
          }

          @Override
          public void onEnd(Optional<HistoryGoneException> gone) {
            ends.add(gone);
          }
        };
    Bench bench = setup.bench();
    try (KVStore<String, String> store =
        bench.builderOfOneToClose().limits(Limits.DEFAULT.withChangesKept(100)).open()) {
      assertThat(store.at(node(store, 0)).watch(Scan.all(), listener)).isNotNull();
      assertThat(store.at(node(store, 0)).watch(Scan.all(), quick)).isNotNull();
      for (String number : numbers(0, 300)) {
        store.put("k", number);
        bench.until(() -> quick.values.contains(number) || !quick.ends.isEmpty());
      }
      entered.await();
      assertThat(quick.values).hasSize(300);
      released.countDown();
      bench.until(() -> !ends.isEmpty());
      assertThat(ends.get(0)).isPresent();
      assertThat(slow).hasSizeLessThan(200);
    }
    assertThat(ends).hasSize(1);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException atTheEnd) {
      Thread.currentThread().interrupt();
    }
  }
}
