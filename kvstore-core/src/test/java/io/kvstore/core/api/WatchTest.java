package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Changed;
import io.kvstore.Consistency;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.WatchPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Watches go on while nodes and links fail. */
final class WatchTest {
  private static final String ALL = "io.kvstore.core.api.Setup#all";
  private static final Duration SOON = Duration.ofSeconds(10);

  private static String text(Changed<String, String> change) {
    return change.key() + change.now().map(now -> "=" + now.value()).orElse(" removed");
  }

  private static List<String> texts(WatchEvent<String, String> event) {
    return event.changes().stream().map(WatchTest::text).toList();
  }

  private static List<WatchEvent<String, String>> take(Watch<String, String> watch, int number) {
    List<WatchEvent<String, String>> taken = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      taken.add(watch.poll(SOON).orElseThrow());
    }
    return taken;
  }

  private static List<String> nextTexts(Watch<String, String> watch, int number) {
    return take(watch, number).stream().flatMap(event -> texts(event).stream()).toList();
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aWatchGoesOnWhenItsReplicaCrashes(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      NodeId lost = watch.watched(0);
      for (int i = 0; i < 20; i++) {
        put(bench, store, "a" + i);
      }
      List<String> seen = new ArrayList<>(nextTexts(watch, 10));
      bench.eventually(
          () ->
              assertThat(store.cluster().replicas())
                  .allSatisfy(replica -> assertThat(replica.entries()).isEqualTo(20)));
      store.cluster().crash(lost);
      for (int i = 0; i < 20; i++) {
        put(bench, store, "b" + i);
      }
      seen.addAll(nextTexts(watch, 30));
      assertThat(seen).doesNotHaveDuplicates().hasSize(40);
      assertThat(watch.watched(0)).isNotEqualTo(lost);
      if (setup.isAtLeast(Consistency.SEQUENTIAL)) {
        assertThat(seen.subList(0, 20)).allMatch(text -> text.startsWith("a"));
        assertThat(seen.get(20)).isEqualTo("b0=v");
        assertThat(seen.get(39)).isEqualTo("b19=v");
      }
      assertThat(watch.poll(Duration.ofMillis(50))).isEmpty();
    }
  }

  private static void put(Bench bench, KVStore<String, String> store, String key) {
    bench.untilServed(() -> store.put(key, "v"));
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aWatchGoesOnElsewhereWhenTheGroupDoesWithoutItsReplica(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      NodeId isolated = watch.watched(0);
      store.put("a", "1");
      store.cluster().network().isolate(isolated);
      put(bench, store, "b");
      assertThat(nextTexts(watch, 2)).containsExactly("a=1", "b=v");
      assertThat(watch.watched(0)).isNotEqualTo(isolated);
      store.cluster().network().heal();
      put(bench, store, "c");
      assertThat(nextTexts(watch, 1)).containsExactly("c=v");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aWatchAtANodeStaysThere(Setup setup) {
    Bench bench = setup.bench();
    NodeId node = NodeId.of(2);
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.at(node).watch(Scan.all())) {
      store.put("a", "v");
      assertThat(nextTexts(watch, 1)).containsExactly("a=v");
      store.cluster().crash(node);
      assertThat(watch.poll(Duration.ofMillis(50))).isEmpty();
      assertThatThrownBy(() -> store.at(node).watch(Scan.all()))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("no replica to watch");
      store.cluster().restart(node);
      assertThat(store.cluster().awaitMember(node, SOON)).isTrue();
      put(bench, store, "b");
      assertThat(nextTexts(watch, 1)).containsExactly("b=v");
      assertThat(watch.watched(0)).isEqualTo(node);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aReplicaThatJoinedByACopyDoesNotKnowWhatCameBefore(Setup setup) {
    Bench bench = setup.bench();
    NodeId node = NodeId.of(2);
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.at(node).watch(Scan.all())) {
      store.put("a", "v");
      assertThat(nextTexts(watch, 1)).containsExactly("a=v");
      store.cluster().crash(node);
      put(bench, store, "b");
      store.cluster().restart(node);
      assertThat(store.cluster().awaitMember(node, SOON)).isTrue();
      assertThatThrownBy(() -> watch.poll(SOON)).isInstanceOf(HistoryGoneException.class);
      assertThatThrownBy(() -> watch.poll(SOON)).isInstanceOf(HistoryGoneException.class);
      assertThat(watch.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aGroupThatLostEverythingHasAnotherHistory(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Watch<String, String> watch = store.watch(Scan.all())) {
      store.put("a", "v");
      store.put("b", "v");
      WatchPosition before = take(watch, 2).get(1).position();
      store.cluster().nodes().forEach(store.cluster()::crash);
      store.cluster().nodes().forEach(store.cluster()::restart);
      for (String key : List.of("c", "d", "e")) {
        put(bench, store, key);
      }
      assertThatThrownBy(() -> store.watch(Scan.all(), before))
          .isInstanceOf(HistoryGoneException.class)
          .hasMessageContaining("is not known any more");
      assertThatThrownBy(() -> take(watch, 1)).isInstanceOf(HistoryGoneException.class);
    }
  }
}
