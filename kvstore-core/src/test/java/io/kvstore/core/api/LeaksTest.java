package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store costs while it lives, and that nothing of it is left afterwards. */
final class LeaksTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#linearizable";
  private static final long MEBIBYTE = 1 << 20;

  static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void manyStoresLeaveNothing(Setup setup) {
    int stores = setup.runner() == Setup.Runner.DEDICATED ? 300 : 1_000; // each has seven threads
    long before = Long.MAX_VALUE;
    for (int i = 0; i < stores; i++) {
      if (i == 100) {
        before = usedHeap();
      }
      try (KVStore<String, String> store = setup.bench().open()) {
        store.put("k", "v");
        assertThat(store.async().put("k", "w")).isNotNull(); // which may not end before the store
      }
    }
    Threads.assertNoneLeft();
    assertThat(usedHeap() - before).isLessThan(2 * MEBIBYTE);
  }

  /** A register keeps what its last writers were answered, which has what they have replaced. */
  static Stream<Setup> withoutRegisters() {
    return Setup.eachCellOnce().filter(Setup::servesSeveralKeys);
  }

  /** In a change of view everyone says what it has: nobody needs to know that for long. */
  @ParameterizedTest
  @MethodSource("withoutRegisters")
  void whatIsOverwrittenAfterAChangeOfViewIsForgotten(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Bytes> store = bench.builder().values(Codecs.BYTES).open()) {
      WeakReference<Bytes> old = new WeakReference<>(Bytes.of("old"));
      store.put("k", old.get());
      NodeId joiner = store.cluster().add();
      bench.until(() -> store.cluster().view(0).members().contains(joiner));
      store.put("k", Bytes.of("new"));
      store.put("l", Bytes.of("whatever")); // the last answer is remembered
      bench.pass(Duration.ofMillis(50));
      store.put("m", Bytes.of("whatever")); // with this, all hear what none lacks any more

      bench.until(() -> isCollected(old));
      assertThat(old.get()).isNull();
    }
  }

  private static boolean isCollected(WeakReference<?> reference) {
    System.gc();
    return reference.get() == null;
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void anIdleStoreIsSmall(Setup setup) {
    int number = 20;
    List<KVStore<String, String>> stores = new ArrayList<>();
    long before = usedHeap();
    for (int i = 0; i < number; i++) {
      stores.add(setup.bench().open());
      stores.get(i).put("k", "v");
    }
    long perStore = Long.MAX_VALUE;
    for (int i = 0; i < 20 && perStore >= MEBIBYTE; i++) { // until what was under way has ended
      setup.bench().pass(Duration.ofMillis(100));
      perStore = (usedHeap() - before) / number;
    }
    int threads = Threads.running().size();
    stores.forEach(KVStore::close);

    assertThat(perStore).isLessThan(MEBIBYTE);
    assertThat(threads)
        .isLessThanOrEqualTo(
            switch (setup.runner()) {
              case SIMULATED -> 0;
              case SHARED -> number;
              case DEDICATED -> number * 7;
            });
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#threaded")
  void crashesAndRestartsLeaveNoThread(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.put("k", "v");
      int before = Threads.running().size();
      for (int i = 0; i < 30; i++) {
        store.cluster().crash(NodeId.of(i % 3));
        store.cluster().restart(NodeId.of(i % 3));
      }
      store.session().put("k", "w"); // all may be lost that the store's own session has seen
      assertThat(Threads.running()).hasSizeLessThanOrEqualTo(before + 2);
    }
    Threads.assertNoneLeft();
  }
}
