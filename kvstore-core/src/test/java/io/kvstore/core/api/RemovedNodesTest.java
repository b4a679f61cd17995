package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Registration;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Watch;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of nodes that were removed, and of stores that were closed: nothing. */
@Timeout(60)
final class RemovedNodesTest {
  private static final String ONCE = "io.kvstore.core.api.Setup#eachCellOnce";
  private static final String ALL = "io.kvstore.core.api.Setup#all";
  private static final String THREADED = "io.kvstore.core.api.Setup#threaded";

  /** Datalets that are remembered weakly. */
  private static final class Remembered implements DataletFactory {
    private final Queue<WeakReference<Datalet>> opened = new ConcurrentLinkedQueue<>();

    @Override
    public Datalet open(NodeId node, int shard) {
      Datalet datalet = Datalets.hash().open(node, shard);
      opened.add(new WeakReference<>(datalet));
      return datalet;
    }

    long left() {
      return opened.stream().filter(each -> each.get() != null).count();
    }
  }

  /** Time passes meanwhile: a timer that is not over yet may know of what is to go. */
  private static void assertCollected(Bench bench, BooleanSupplier isGone) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    boolean gone = false;
    while (!gone && System.nanoTime() < deadline) {
      bench.pass(Duration.ofMillis(100));
      System.gc();
      gone = isGone.getAsBoolean();
    }
    assertThat(gone).as("nothing is left").isTrue();
  }

  private static void comeAndGo(KVStore<String, String> store, Bench bench) {
    NodeId node = store.cluster().add();
    bench.until(() -> store.cluster().view(0).members().contains(node));
    bench.untilServed(() -> store.put("k", "v"));
    store.cluster().remove(node);
  }

  @ParameterizedTest
  @MethodSource(ONCE)
  void nothingIsKeptOfANodeThatWasRemoved(Setup setup) {
    Remembered datalets = new Remembered();
    Bench bench = setup.bench().datalet(datalets);
    try (KVStore<String, String> store = bench.open()) {
      for (int i = 0; i < 2; i++) {
        comeAndGo(store, bench);
      }
      bench.untilServed(() -> store.put("k", "w"));
      assertCollected(bench, () -> datalets.left() == 3);
    }
  }

  @ParameterizedTest
  @MethodSource(THREADED)
  void aRemovedNodeLeavesNoThread(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      comeAndGo(store, bench);
      List<String> before = loopThreads();
      for (int i = 0; i < 3; i++) {
        comeAndGo(store, bench);
      }
      assertThat(loopThreads()).isEqualTo(before);
    }
    Threads.assertNoneLeft();
  }

  private static List<String> loopThreads() {
    return Threads.running().stream()
        .filter(name -> name.contains("controlet") || name.contains("datalet"))
        .toList();
  }

  /** Calls may know of a replica whose node is removed meanwhile. */
  @ParameterizedTest
  @MethodSource(THREADED)
  void whoeverTalksToANodeThatIsBeingRemovedGetsAnOutcome(Setup setup) throws Exception {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (int i = 0; i < 3; i++) {
        NodeId node = store.cluster().add();
        bench.until(() -> store.cluster().view(0).members().contains(node));
        AtomicBoolean stop = new AtomicBoolean();
        Session<String, String> pinned = store.session().at(node);
        List<CompletableFuture<?>> asked = new ArrayList<>();
        Thread caller =
            new Thread(
                () -> {
                  while (!stop.get()) {
                    try {
                      pinned.put("k", "v");
                      asked.add(pinned.async().put("l", "v"));
                    } catch (KVStoreException | IllegalArgumentException gone) {
                      // there is no such node any more
                    }
                  }
                });
        caller.start();
        store.cluster().remove(node);
        stop.set(true);
        caller.join();

        asked.forEach(bench::end);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aNodeThatCouldNotBeMadeLeavesNothing(Setup setup) {
    AtomicBoolean fails = new AtomicBoolean();
    Bench bench =
        setup
            .bench()
            .datalet(
                (node, shard) -> {
                  if (fails.get()) {
                    throw new IllegalStateException("no disk");
                  }
                  return Datalets.hash().open(node, shard);
                });
    try (KVStore<String, String> store = bench.open()) {
      List<String> before = loopThreads();
      fails.set(true);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(store.cluster()::add).hasMessageContaining("no disk");
      }
      assertThat(loopThreads()).isEqualTo(before);
      assertThat(store.cluster().nodes()).hasSize(3);
      fails.set(false);
      NodeId node = store.cluster().add();
      bench.until(() -> store.cluster().view(0).members().contains(node));
    }
  }

  @ParameterizedTest
  @MethodSource(ONCE)
  void aClosedStoreIsForgottenWhateverItWasUsedFor(Setup setup) {
    Remembered datalets = new Remembered();
    Bench bench = setup.bench().datalet(datalets);
    WeakReference<Object> cluster = new WeakReference<>(usedAndClosed(bench));
    assertCollected(bench, () -> cluster.get() == null && datalets.left() == 0);
  }

  private static Object usedAndClosed(Bench bench) {
    try (KVStore<String, String> store = bench.open()) {
      use(store, bench);
      return store.cluster();
    }
  }

  private static void use(KVStore<String, String> store, Bench bench) {
    Registration listening = store.cluster().listen(event -> {});
    Watch<String, String> watch = store.watch(Scan.all());
    for (int i = 0; i < 200; i++) {
      store.put("k" + i % 10, "v" + i);
      assertThat(store.async().put("l", "v")).isNotNull();
    }
    store.session().at(NodeId.of(1)).get("k1");
    comeAndGo(store, bench);
    store.cluster().crash(NodeId.of(2));
    store.cluster().restart(NodeId.of(2));
    store.cluster().network().cut(NodeId.of(0), NodeId.of(1));
    assertThat(store.async().get("k1")).isNotNull();
    store.cluster().network().heal();
    assertThat(watch).isNotNull(); // it stays open, and so does the listener
    assertThat(listening).isNotNull();
  }

  /** The handle of a closed store may be kept for long, by a field or by a session. */
  @ParameterizedTest
  @MethodSource(ONCE)
  void aClosedStoreThatIsStillKnownKeepsNoData(Setup setup) {
    Remembered datalets = new Remembered();
    Bench bench = setup.bench().datalet(datalets);
    KVStore<String, Bytes> store = bench.builder().values(Codecs.BYTES).open();
    Session<String, Bytes> session = store.session();
    WeakReference<Bytes> value = new WeakReference<>(Bytes.of("value"));
    session.put("k", value.get());
    store.close();
    assertCollected(bench, () -> value.get() == null);
    assertThat(session).isNotNull();
    assertThat(store).isNotNull();
  }
}
