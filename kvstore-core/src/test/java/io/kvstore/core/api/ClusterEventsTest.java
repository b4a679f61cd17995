package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.ClusterEvent;
import io.kvstore.ClusterEvent.Activated;
import io.kvstore.ClusterEvent.Added;
import io.kvstore.ClusterEvent.Crashed;
import io.kvstore.ClusterEvent.Failed;
import io.kvstore.ClusterEvent.Joined;
import io.kvstore.ClusterEvent.LeftOut;
import io.kvstore.ClusterEvent.Removed;
import io.kvstore.ClusterEvent.Restarted;
import io.kvstore.ClusterEvent.Suspected;
import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Registration;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners that are told what happens to nodes and groups. */
final class ClusterEventsTest {
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<ClusterEvent> events = new CopyOnWriteArrayList<>();

  private <E extends ClusterEvent> List<E> all(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#leavingOut")
  void aCrashAndAReturnAreToldInTheirOrder(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Registration registration = store.cluster().listen(events::add)) {
      store.cluster().crash(N2);
      bench.until(() -> !all(LeftOut.class).isEmpty());
      store.cluster().restart(N2);
      assertThat(store.cluster().awaitMember(N2, SOON)).isTrue();
      bench.until(() -> hasActivatedAfter(all(LeftOut.class).get(0).epoch()));

      assertThat(all(Crashed.class)).singleElement().extracting(Crashed::node).isEqualTo(N2);
      assertThat(all(Suspected.class)).first().extracting(Suspected::node).isEqualTo(N2);
      assertThat(all(LeftOut.class)).singleElement().extracting(LeftOut::node).isEqualTo(N2);
      assertThat(all(Restarted.class)).singleElement().extracting(Restarted::node).isEqualTo(N2);
      assertThat(all(Joined.class)).singleElement().extracting(Joined::node).isEqualTo(N2);
      List<Long> epochs = all(ViewDecided.class).stream().map(each -> each.view().epoch()).toList();
      assertThat(epochs).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2);
      assertThat(events.stream().map(Object::getClass))
          .containsSubsequence(
              List.of(
                  Crashed.class,
                  Suspected.class,
                  ViewDecided.class,
                  LeftOut.class,
                  Restarted.class,
                  ViewDecided.class,
                  Joined.class,
                  Activated.class));
      assertThat(registration).isNotNull();
    }
  }

  /** Its place in the first view may be told late, when the listener is there already. */
  private boolean hasActivatedAfter(long epoch) {
    return all(Activated.class).stream()
        .anyMatch(each -> each.node().equals(N2) && each.epoch() > epoch);
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void nodesThatComeAndGoAreTold(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Registration registration = store.cluster().listen(events::add)) {
      NodeId added = store.cluster().add();
      assertThat(store.cluster().awaitMember(added, SOON)).isTrue();
      store.cluster().remove(N2);
      bench.until(() -> !all(Removed.class).isEmpty());
      assertThat(all(Added.class)).extracting(Added::node).containsExactly(added);
      assertThat(all(Removed.class)).extracting(Removed::node).containsExactly(N2);
      assertThat(registration).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aFailedReplicaIsToldWithItsCause(Setup setup) {
    DataletFactory failing = new WeakDatalets(Datalets.hash(), N2);
    Bench bench = setup.bench().datalet(failing);
    try (KVStore<String, String> store = bench.open();
        Registration registration = store.cluster().listen(events::add)) {
      store.put(WeakDatalets.KEY, "v");
      bench.until(() -> !all(Failed.class).isEmpty());
      assertThat(all(Failed.class))
          .singleElement()
          .satisfies(
              failed -> {
                assertThat(failed.node()).isEqualTo(N2);
                assertThat(failed.cause()).contains("the disk is full");
              });
      assertThat(registration).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aListenerThatThrowsHarmsNobody(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Registration bad =
            store
                .cluster()
                .listen(
                    event -> {
                      throw new IllegalStateException("thrown by a listener: " + event);
                    });
        Registration good = store.cluster().listen(events::add)) {
      store.cluster().crash(N2);
      bench.until(() -> !all(LeftOut.class).isEmpty());
      store.put("k", "v");
      assertThat(bad).isNotEqualTo(good);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aClosedRegistrationTellsNothingMore(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      Registration registration = store.cluster().listen(events::add);
      registration.close();
      registration.close();
      store.cluster().crash(N2);
      bench.untilServed(() -> store.put("k", "v"));
      assertThat(events).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aListenerMayCallTheStore(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open();
        Registration registration =
            store
                .cluster()
                .listen(
                    event -> {
                      if (event instanceof LeftOut gone) {
                        bench.untilServed(() -> store.put("left out", gone.node().toString()));
                        events.add(event);
                      }
                    })) {
      store.cluster().crash(N2);
      bench.until(() -> !events.isEmpty());
      assertThat(store.get("left out")).contains("n2");
      assertThat(registration).isNotNull();
    }
  }

  @Test
  void aSlowListenerHoldsUpNobodyElse() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    try (KVStore<String, String> store = KVStore.builder().open();
        Registration slow =
            store
                .cluster()
                .listen(
                    event -> {
                      entered.countDown();
                      awaitUninterrupted(released);
                    });
        Registration quick = store.cluster().listen(events::add)) {
      store.cluster().crash(N2);
      entered.await();
      store.async().put("k", "v").exceptionally(unavailable -> null).join();
      store.cluster().restart(N2);
      assertThat(store.cluster().awaitMember(N2, SOON)).isTrue();
      Setup.linearizable()
          .filter(setup -> !setup.isSimulated())
          .findFirst()
          .orElseThrow()
          .bench()
          .until(() -> all(Restarted.class).size() == 1);
      released.countDown();
      assertThat(slow).isNotEqualTo(quick);
    }
    Threads.assertNoneLeft();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException atTheEnd) {
      Thread.currentThread().interrupt();
    }
  }
}
