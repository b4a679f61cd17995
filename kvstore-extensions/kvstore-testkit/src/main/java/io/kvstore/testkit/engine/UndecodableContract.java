package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Registration;
import io.kvstore.Scan;
import io.kvstore.UndecodableException;
import io.kvstore.Update;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A codec that cannot decode what an answer contains hides no outcome. */
public interface UndecodableContract extends EngineContract {
  private static KVStore<String, String> open(Bench bench) {
    return bench.builder().keys(PickyCodec.TEXTS).values(PickyCodec.TEXTS).open();
  }

  private static UndecodableException thrownBy(ThrowingCallable call) {
    UndecodableException thrown = catchThrowableOfType(UndecodableException.class, call);
    assertThat(thrown).isInstanceOf(KVStoreException.class);
    assertThat(thrown.getCause()).hasMessageStartingWith("cannot read #");
    return thrown;
  }

  private static void assertApplied(ThrowingCallable call) {
    UndecodableException thrown = thrownBy(call);
    assertThat(thrown.mayHaveBeenApplied()).isTrue();
    assertThat(thrown).hasMessageContaining("the write was applied");
  }

  private static void assertUnchanged(ThrowingCallable call) {
    UndecodableException thrown = thrownBy(call);
    assertThat(thrown.mayHaveBeenApplied()).isFalse();
    assertThat(thrown).hasMessageContaining("nothing was changed");
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aWriteWhoseAnswerCannotBeDecodedSaysThatItWasApplied(Setup setup) {
    try (KVStore<String, String> store = open(setup.bench())) {
      store.put("k", "#1");
      assertApplied(() -> store.getAndPut("k", "new"));
      assertThat(store.get("k")).contains("new");

      store.put("k", "#2");
      assertApplied(() -> store.getAndRemove("k"));
      assertThat(store.contains("k")).isFalse();

      assertApplied(() -> store.update(Update.put("k", "#3")));
      ConcurrentMap<String, String> map = store.asMap();
      assertApplied(() -> map.put("k", "map"));
      assertThat(store.get("k")).contains("map");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aWriteThatWasNotAppliedSaysSo(Setup setup) {
    try (KVStore<String, String> store = open(setup.bench())) {
      store.put("k", "#1");
      assertUnchanged(() -> store.update(Update.<String, String>put("k", "new").ifAbsent()));
      assertUnchanged(() -> store.asMap().putIfAbsent("k", "new"));

      // These are answered by what they need not decode.
      assertThat(store.putIfAbsent("k", "new")).isFalse();
      assertThat(store.contains("k")).isTrue();
      assertThat(store.asMap().containsKey("k")).isTrue();
      assertThat(store.batch(List.of(Update.<String, String>put("k", "b").ifAbsent()))).isFalse();
      assertThat(store.replace("k", "good")).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aReadChangesNothing(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.put("k", "#1");
      store.put("#", "value");
      assertUnchanged(() -> store.get("k"));
      assertUnchanged(() -> store.getVersioned("k"));
      assertUnchanged(() -> store.getAll(List.of("k")));
      assertUnchanged(() -> store.getAll(List.of("#")));
      assertUnchanged(store::snapshot);
      assertUnchanged(() -> store.asMap().get("k"));
      assertUnchanged(() -> store.asMap().computeIfPresent("k", (key, old) -> "new"));
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void futuresEndWithTheSame(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = open(bench)) {
      store.put("k", "#1");
      assertUnchanged(() -> end(bench, store.async().get("k")));
      assertUnchanged(() -> end(bench, store.async().scan(Scan.all())));
      assertApplied(() -> end(bench, store.async().getAndPut("k", "new")));
      assertThat(store.get("k")).contains("new");
    }
  }

  private static void end(Bench bench, CompletableFuture<?> future) throws Throwable {
    bench.end(future);
    try {
      future.join();
    } catch (CompletionException wrapped) {
      throw wrapped.getCause();
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aWatchPassesAnEventThatCannotBeDecoded(Setup setup) {
    try (KVStore<String, String> store = open(setup.bench());
        Watch<String, String> polled = store.watch(Scan.all());
        Watch<String, String> walked = store.watch(Scan.all())) {
      store.put("k", "#1");
      store.put("k", "good");
      assertUnchanged(() -> polled.poll(Duration.ofSeconds(5)));
      assertThat(polled.poll(Duration.ofSeconds(5)).orElseThrow().changes().get(0).key())
          .isEqualTo("k");
      var events = walked.iterator();
      assertUnchanged(events::next);
      assertThat(events.next().changes().get(0).now().orElseThrow().value()).isEqualTo("good");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aListenerIsToldOfAnEventThatCannotBeDecoded(Setup setup) {
    Bench bench = setup.bench();
    Queue<String> told = new ConcurrentLinkedQueue<>();
    WatchListener<String, String> listener =
        new WatchListener<>() {
          @Override
          public void on(WatchEvent<String, String> event) {
            told.add(event.changes().get(0).now().orElseThrow().value());
          }

          @Override
          public void onUndecodable(UndecodableException undecodable) {
            assertUnchanged(
                () -> {
                  throw undecodable;
                });
            told.add("undecodable");
          }
        };
    try (KVStore<String, String> store = open(bench);
        Registration watch = store.watch(Scan.all(), listener)) {
      assertThat(watch).isNotNull();
      store.put("k", "#1");
      store.put("k", "good");
      bench.until(() -> told.size() > 1);
      assertThat(told).containsExactly("undecodable", "good");
    }
  }
}
