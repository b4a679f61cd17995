package io.kvstore.testkit.engine;

import static io.kvstore.testkit.engine.EngineContract.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Changed;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.StoreBuilder;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.WatchPosition;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Watches that are asked for the next event. */
public interface WatchContract extends EngineContract {
  private static String text(Changed<String, String> change) {
    return change.key() + change.now().map(now -> "=" + now.value()).orElse(" removed");
  }

  private static List<String> texts(WatchEvent<String, String> event) {
    return event.changes().stream().map(WatchContract::text).toList();
  }

  private static List<WatchEvent<String, String>> take(Watch<String, String> watch, int number) {
    List<WatchEvent<String, String>> taken = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      taken.add(watch.poll(Bench.PATIENCE).orElseThrow());
    }
    return taken;
  }

  private static List<String> nextTexts(Watch<String, String> watch, int number) {
    return take(watch, number).stream().flatMap(event -> texts(event).stream()).toList();
  }

  // What is told

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void everyChangeOfAKeyIsToldOnceAndInOrder(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      store.put("k", "1");
      store.add("k", 4);
      store.append("k", "0");
      store.update(Update.<String, String>put("k", "51").flags(7));
      store.remove("k");
      store.put("k", "6");
      List<WatchEvent<String, String>> events = take(watch, 6);
      assertThat(events.stream().flatMap(event -> texts(event).stream()))
          .containsExactly("k=1", "k=5", "k=50", "k=51", "k removed", "k=6");
      assertThat(events.stream().map(WatchEvent::version)).isSorted().doesNotHaveDuplicates();
      Versioned<String> flagged = events.get(3).changes().get(0).now().orElseThrow();
      assertThat(flagged.flags()).isEqualTo(7);
      assertThat(flagged.version()).isEqualTo(events.get(3).version());
      assertThat(watch.poll(Bench.A_MOMENT)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void whatChangesNothingIsNotTold(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("k", "1");
      store.put("before", "the watch begins");
      try (Watch<String, String> watch = store.at(watchable(store)).watch(Scan.key("k"))) {
        assertThat(store.putIfAbsent("absent", "2")).isTrue();
        store.remove("none");
        store.get("k");
        store.put("k", "2");
        assertThat(nextTexts(watch, 1)).isSubsetOf("k=1", "k=2");
        assertThat(watch.poll(Bench.A_MOMENT).map(WatchContract::texts).orElse(List.of()))
            .isIn(List.of(), List.of("k=2")); // where writes arrive later, the first one may, too
      }
    }
  }

  private static NodeId watchable(KVStore<String, String> store) {
    return store.cluster().view(0).primary();
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void onlyTheKeysOfTheScanAreWatched(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open();
        Watch<String, String> one = store.watch(Scan.key("b"));
        Watch<String, String> prefix = store.watch(Scan.prefix("b"));
        Watch<String, String> range = store.watch(Scan.range("a", "b"))) {
      for (String key : List.of("a", "aa", "b", "ba", "c")) {
        store.put(key, "1");
      }
      assertThat(nextTexts(one, 1)).containsExactly("b=1");
      assertThat(nextTexts(prefix, 2)).containsExactlyInAnyOrder("b=1", "ba=1");
      assertThat(nextTexts(range, 2)).containsExactlyInAnyOrder("a=1", "aa=1");
      for (Watch<String, String> watch : List.of(one, prefix, range)) {
        assertThat(watch.poll(Duration.ofMillis(50))).isEmpty();
      }
      assertThatThrownBy(() -> store.watch(Scan.<String>all().limit(3)))
          .hasMessageContaining("a watch has no limit");
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aBatchAndAClearAreOneEventEach(Setup setup) {
    try (KVStore<String, String> store = setup.bench().builder().replicas(1).open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      store.batch(List.of(Update.put("a", "1"), Update.put("b", "2"), Update.put("a", "3")));
      store.clear();
      List<WatchEvent<String, String>> events = take(watch, 2);
      assertThat(texts(events.get(0))).containsExactlyInAnyOrder("a=3", "b=2");
      assertThat(texts(events.get(1))).containsExactlyInAnyOrder("a removed", "b removed");
      assertThat(
              store.batch(
                  List.of(Update.put("c", "1"), Update.<String, String>put("d", "2").ifPresent())))
          .isFalse();
      assertThat(watch.poll(Bench.A_MOMENT)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void expiryIsNoChangeButEveryChangeSaysWhenItExpires(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.watch(Scan.key("k"))) {
      store.put("k", "v", Duration.ofMillis(30));
      WatchEvent<String, String> event = take(watch, 1).get(0);
      assertThat(event.changes().get(0).now().orElseThrow().expiresAt()).isPresent();
      bench.pass(Duration.ofMillis(60));
      store.put("other", "v");
      assertThat(watch.poll(Bench.A_MOMENT)).isEmpty();
      assertThat(store.get("k")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  default void allShardsAreWatched(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      Set<String> written = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        store.put("k" + i, "v");
        written.add("k" + i + "=v");
      }
      List<WatchEvent<String, String>> first = take(watch, 100);
      try (Watch<String, String> second =
          store.watch(Scan.all(), WatchPosition.parse(watch.position().toString()))) {
        List<String> seen =
            new ArrayList<>(first.stream().flatMap(event -> texts(event).stream()).toList());
        seen.addAll(nextTexts(second, 100));
        assertThat(seen).containsExactlyInAnyOrderElementsOf(written);
        assertThat(second.poll(Duration.ofMillis(50))).isEmpty();
      }
    }
  }

  // Going on

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aWatchGoesOnAtEveryReplicaWhereAnotherOneWas(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      for (int i = 0; i < 10; i++) {
        store.put("k", "" + i);
      }
      List<WatchEvent<String, String>> events = take(watch, 10);
      for (NodeId node : store.cluster().nodes()) {
        bench.eventually(() -> assertThat(store.at(node).get("k")).contains("9"));
        try (Watch<String, String> again =
            store.at(node).watch(Scan.all(), events.get(3).position())) {
          assertThat(nextTexts(again, 6)).containsExactly("k=4", "k=5", "k=6", "k=7", "k=8", "k=9");
          assertThat(again.poll(Duration.ofMillis(50))).isEmpty();
          assertThat(again.watched(0)).isEqualTo(node);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void whatCameBeforeTheFirstWatchIsHistoryThatIsGone(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      WatchPosition begin;
      for (int i = 0; i < 10; i++) {
        store.put("k", "" + i);
      }
      try (Watch<String, String> watch = store.watch(Scan.all())) {
        begin = watch.position();
      }
      WatchPosition.Place place = begin.in(0);
      WatchPosition nothing =
          WatchPosition.NOWHERE.with(0, new WatchPosition.Place(place.epoch(), VectorClock.ZERO));
      assertThatThrownBy(() -> store.watch(Scan.all(), nothing))
          .isInstanceOf(HistoryGoneException.class)
          .hasMessageContaining("not known any more")
          .hasMessageContaining("take a snapshot");
    }
  }

  // Limits

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aWatchThatFallsTooFarBehindIsToldSo(Setup setup) {
    Bench bench = setup.bench();
    StoreBuilder<String, String> builder =
        bench.builder().limits(Limits.DEFAULT.withChangesKept(10));
    try (KVStore<String, String> store = builder.open();
        Watch<String, String> slow = store.at(node(store, 0)).watch(Scan.all())) {
      for (int i = 0; i < 300; i++) {
        store.put("k", "" + i);
      }
      bench.eventually(() -> assertThat(store.at(node(store, 0)).get("k")).contains("299"));
      List<String> seen = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                while (true) {
                  slow.poll(Bench.PATIENCE).ifPresent(event -> seen.addAll(texts(event)));
                }
              })
          .isInstanceOf(HistoryGoneException.class)
          .hasMessageContaining("too far behind");
      assertThat(seen).hasSizeLessThanOrEqualTo(64).doesNotHaveDuplicates();
      assertThat(slow.isOpen()).isFalse();
      store.put("k", "still served");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void changesAreKeptUpToALengthToo(Setup setup) {
    Bench bench = setup.bench();
    StoreBuilder<String, String> builder =
        bench.builder().limits(Limits.DEFAULT.withChangedBytesKept(10_000));
    try (KVStore<String, String> store = builder.open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      WatchPosition begin = watch.position();
      store.put("k", "v".repeat(50_000)); // one alone is kept
      try (Watch<String, String> other = store.watch(Scan.all(), begin)) {
        assertThat(take(other, 1)).hasSize(1);
      }
      for (int i = 0; i < 10; i++) {
        store.put("k", "v".repeat(2_000));
      }
      assertThatThrownBy(() -> store.watch(Scan.all(), begin))
          .isInstanceOf(HistoryGoneException.class);
    }
  }

  // Ends

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aClosedWatchIsOver(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      Watch<String, String> watch = store.watch(Scan.all());
      watch.close();
      watch.close();
      store.put("k", "v");
      assertThat(watch.isOpen()).isFalse();
      assertThat(watch.iterator().hasNext()).isFalse();
      assertThatThrownBy(() -> watch.poll(Bench.PATIENCE))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aWatchIsIteratedUntilItIsClosed(Setup setup) {
    List<String> seen = new ArrayList<>();
    try (KVStore<String, String> store = setup.bench().open();
        Watch<String, String> watch = store.watch(Scan.prefix("k"))) {
      for (int i = 0; i < 200; i++) {
        store.put("k" + i, "v");
      }
      Runnable end = watch::close;
      for (WatchEvent<String, String> event : watch) {
        seen.addAll(texts(event));
        if (seen.size() == 200) {
          end.run();
        }
      }
    }
    assertThat(seen).hasSize(200).first().isEqualTo("k0=v");
  }

  @ParameterizedTest
  @MethodSource("threadedSetups")
  default void closingAWatchEndsItsIterationAtWhateverMomentItComes(Setup setup)
      throws InterruptedException {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (int i = 0; i < bench.repetitions(500); i++) {
        Watch<String, String> watch = store.watch(Scan.all());
        var begun = new CountDownLatch(1);
        var ended =
            CompletableFuture.supplyAsync(
                () -> {
                  begun.countDown();
                  return watch.iterator().hasNext();
                });
        store.put("k", "v");
        begun.await();
        watch.close();
        assertThat(ended).succeedsWithin(Bench.PATIENCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setupsOfOneShard")
  default void aSnapshotAndAWatchThatBeganBeforeItAreTheWholeStory(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("a", "1");
      store.put("b", "1");
      try (Watch<String, String> watch = store.at(node(store, 0)).watch(Scan.all())) {
        store.at(node(store, 0)).put("b", "2");
        var copy = new TreeMap<String, Versioned<String>>();
        store
            .at(node(store, 0))
            .snapshot()
            .forEach(
                item ->
                    copy.put(
                        item.key(),
                        new Versioned<>(item.value(), item.version(), 0, Optional.empty())));
        store.at(node(store, 0)).put("c", "3");
        store.at(node(store, 0)).remove("a");
        Iterator<WatchEvent<String, String>> events = watch.iterator();
        while (!copy.containsKey("c")
            || copy.containsKey("a")
            || (!setup.showsOwnWritesAtOnce()
                && copy.values().stream().noneMatch(each -> each.value().equals("2")))) {
          WatchEvent<String, String> event = events.next();
          for (Changed<String, String> change : event.changes()) {
            Versioned<String> known = copy.get(change.key());
            if (known == null || known.version() < event.version()) {
              change
                  .now()
                  .ifPresentOrElse(
                      now -> copy.put(change.key(), now), () -> copy.remove(change.key()));
            }
          }
        }
        assertThat(copy.get("b")).extracting(Versioned::value).isEqualTo("2");
      }
    }
  }
}
