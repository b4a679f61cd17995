package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Lists;
import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Datalets and listeners that throw: their node stops, and nothing else. */
final class FailingPartsTest {
  private static final NodeId WEAK = NodeId.of(1);
  private static final Bytes POISON = Bytes.of("poison");

  private final AtomicBoolean armed = new AtomicBoolean(true);
  private final AtomicBoolean cannotBeCopied = new AtomicBoolean();

  /** A hash datalet that fails on a certain key while the test is armed. */
  private final class PoisonedDatalet implements Datalet {
    private final Datalet sound;
    private final boolean isWeak;

    PoisonedDatalet(NodeId node, int shard) {
      sound = Datalets.hash().open(node, shard);
      isWeak = node.equals(WEAK);
    }

    private Bytes checked(Bytes key) {
      if (isWeak && armed.get() && key.equals(POISON)) {
        throw new IllegalStateException("the disk is full");
      }
      return key;
    }

    @Override
    public Entry get(Bytes key) {
      return sound.get(checked(key));
    }

    @Override
    public Entry put(Bytes key, Entry entry) {
      return sound.put(checked(key), entry);
    }

    @Override
    public Entry remove(Bytes key) {
      return sound.remove(checked(key));
    }

    @Override
    public void scan(Bytes from, Bytes to, Visitor visitor) {
      if (isWeak && cannotBeCopied.get()) {
        throw new IllegalStateException("the disk is damaged");
      }
      sound.scan(from, to, visitor);
    }

    @Override
    public long size() {
      return sound.size();
    }

    @Override
    public void clear() {
      sound.clear();
    }

    @Override
    public void close() {
      sound.close();
    }
  }

  private void awaitStop(Bench bench, KVStore<String, String> store) {
    bench.until(() -> !store.cluster().isRunning(WEAK));
    assertThat(store.cluster().nodes())
        .filteredOn(node -> !node.equals(WEAK))
        .allMatch(store.cluster()::isRunning);
  }

  private void restartAndUse(Bench bench, KVStore<String, String> store) {
    armed.set(false);
    store.cluster().restart(WEAK);
    bench.untilServed(() -> store.at(WEAK).put("later", "v"));
    for (NodeId node : store.cluster().nodes()) {
      bench.eventually(() -> assertThat(store.at(node).get("later")).contains("v"));
      bench.eventually(() -> assertThat(store.at(node).get("before")).contains("v"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void aDataletThatThrowsStopsItsNode(Setup setup) {
    Bench bench = setup.bench().datalet(PoisonedDatalet::new);
    try (KVStore<String, String> store = bench.builder().timeout(Duration.ofSeconds(1)).open()) {
      store.put("before", "v");
      CompletableFuture<Void> poison = store.at(WEAK).async().put("poison", "v");
      bench.end(poison);
      awaitStop(bench, store);
      assertThatThrownBy(() -> store.at(WEAK).get("before"))
          .isInstanceOf(KVStoreException.class)
          .hasMessageContaining("node n1 is down");

      restartAndUse(bench, store);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void whoeverWaitsForTheNodeIsTold(Setup setup) {
    Bench bench = setup.bench().datalet(PoisonedDatalet::new);
    try (KVStore<String, String> store = bench.open()) {
      CompletableFuture<?> read = store.at(WEAK).async().getVersioned("poison");
      CompletableFuture<?> scan = store.at(WEAK).async().getAll(List.of("poison", "x"));
      CompletableFuture<?> write = store.at(WEAK).async().add("poison", 1);
      bench.end(read);
      bench.end(scan);
      bench.end(write);
      for (CompletableFuture<?> each : List.of(read, scan, write)) {
        if (each.isCompletedExceptionally()) {
          assertThat(each)
              .failsWithin(Duration.ZERO)
              .withThrowableThat()
              .withCauseInstanceOf(KVStoreException.class)
              .withMessageMatching(
                  setup.servesSeveralKeys() ? "(?s).*node n1.*" : "(?s).*(node n1|several keys).*");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#leavingOut")
  void aNodeThatFailsWhileItHandsOverHoldsNobodyUp(Setup setup) {
    Bench bench = setup.bench().datalet(PoisonedDatalet::new);
    NodeId other = NodeId.of(0);
    try (KVStore<String, String> store = bench.open()) {
      store.put("before", "v");
      bench.eventually(() -> assertThat(store.at(WEAK).get("before")).contains("v"));
      bench.eventually(() -> assertThat(store.at(NodeId.of(2)).get("before")).contains("v"));
      store.cluster().crash(other);
      bench.eventually(() -> assertThat(store.cluster().view(0).members()).doesNotContain(other));
      cannotBeCopied.set(true);
      store.cluster().restart(other);
      awaitStop(bench, store);
      assertThat(store.cluster().awaitMember(other, Duration.ofSeconds(20))).isTrue();

      cannotBeCopied.set(false);
      restartAndUse(bench, store);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aFactoryThatThrowsLeavesTheNodeDown(Setup setup) {
    AtomicBoolean fails = new AtomicBoolean();
    DataletFactory factory =
        (node, shard) -> {
          if (fails.get()) {
            throw new IllegalStateException("the disk is gone");
          }
          return Datalets.hash().open(node, shard);
        };
    Bench bench = setup.bench().datalet(factory);
    try (KVStore<String, String> store = bench.open()) {
      store.put("before", "v");
      store.cluster().crash(WEAK);
      fails.set(true);
      assertThatThrownBy(() -> store.cluster().restart(WEAK)).hasMessage("the disk is gone");
      assertThat(store.cluster().isRunning(WEAK)).isFalse();
      assertThat(store.get("before")).contains("v");

      fails.set(false);
      restartAndUse(bench, store);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#allSharded")
  void aFactoryThatThrowsLetsNothingOpen(Setup setup) {
    DataletFactory factory =
        (node, shard) -> {
          if (node.equals(WEAK)) {
            throw new IllegalStateException("the disk is gone");
          }
          return Datalets.hash().open(node, shard);
        };
    assertThatThrownBy(() -> setup.bench().datalet(factory).open()).hasMessage("the disk is gone");
    Threads.assertNoneLeft();
  }

  static Stream<Arguments> events() {
    List<Class<? extends TraceEvent>> kinds =
        List.of(
            TraceEvent.Requested.class,
            TraceEvent.Answered.class,
            TraceEvent.Sent.class,
            TraceEvent.Delivered.class,
            TraceEvent.Applied.class,
            TraceEvent.TimerRan.class,
            TraceEvent.Failed.class,
            TraceEvent.Stopped.class);
    return Lists.cartesianProduct(Setup.linearizable().toList(), kinds).stream()
        .map(pair -> Arguments.of(pair.toArray()));
  }

  @ParameterizedTest
  @MethodSource("events")
  void aListenerThatThrowsStopsTheNodeWhereItWasCalled(
      Setup setup, Class<? extends TraceEvent> kind) {
    Predicate<TraceEvent> isFatal =
        event -> kind.isInstance(event) && NodesOf.event(event).equals(WEAK);
    Trace trace =
        event -> {
          if (armed.get() && isFatal.test(event)) {
            throw new IllegalStateException("the listener is tired");
          }
        };
    armed.set(false);
    Bench bench = setup.bench().trace(trace);
    try (KVStore<String, String> store = bench.builder().timeout(Bench.millis(300)).open()) {
      store.put("before", "v");
      armed.set(true);
      store.cluster().network().cutOneWay(WEAK, NodeId.of(0)); // so that timers run
      bench.end(store.at(WEAK).async().put("k", "v"));
      store.cluster().network().heal();
      if (kind != TraceEvent.Stopped.class) {
        bench.end(store.at(WEAK).async().put("k", "v"));
        awaitStop(bench, store);
      }
      store.cluster().crash(WEAK);

      restartAndUse(bench, store);
    }
  }
}
