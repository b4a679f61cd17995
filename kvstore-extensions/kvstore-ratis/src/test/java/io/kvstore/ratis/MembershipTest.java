package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that come, go, and fall behind, while the others serve. */
class MembershipTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @Test
  void aMemberJoinsAndAnotherLeavesWhileCallersGoOn() throws Exception {
    try (ThreeMembers members =
        new ThreeMembers(
            directory,
            builder -> builder.consistency(Consistency.SEQUENTIAL).shards(2),
            engine -> engine.snapshotEvery(50))) {
      KVStore<String, String> store = members.get(2);
      List<ClusterEvent> events = new CopyOnWriteArrayList<>();
      store.cluster().listen(events::add);
      AtomicBoolean isOver = new AtomicBoolean();
      AtomicInteger written = new AtomicInteger();
      Thread writer = new Thread(() -> write(store, isOver, written));
      writer.start();
      String[] four = Arrays.copyOf(members.peers(), 4);
      String[] more = RatisEngine.freeLoopbackPeers(4);
      four[3] = more[3];
      try (KVStore<String, String> joined =
          KVStore.builder()
              .consistency(Consistency.SEQUENTIAL)
              .shards(2)
              .timeout(LONG)
              .failover(Failover.after(Duration.ofMillis(300)))
              .storageDirectory(directory.resolve("n4"))
              .engine(RatisEngine.member("n4").peers(four).joining())
              .open()) {
        NodeId newcomer = NodeId.of(4);
        assertThat(store.cluster().view(0).members()).contains(newcomer);
        assertThat(store.cluster().view(1).members()).contains(newcomer);
        store.cluster().remove(NodeId.of(1));
        assertThat(store.cluster().nodes()).doesNotContain(NodeId.of(1)).contains(newcomer);
        assertThat(store.cluster().view(0).members()).doesNotContain(NodeId.of(1));
        isOver.set(true);
        writer.join();
        assertThat(joined.session(store.position()).size()).isEqualTo(written.get());
        assertThat(events)
            .anySatisfy(event -> assertThat(event).isInstanceOf(ClusterEvent.Joined.class))
            .anySatisfy(event -> assertThat(event).isInstanceOf(ClusterEvent.LeftOut.class));
        assertThatThrownBy(() -> store.cluster().add())
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining("joining()");
      } finally {
        isOver.set(true);
        writer.join();
      }
    }
  }

  private static void write(
      KVStore<String, String> store, AtomicBoolean isOver, AtomicInteger written) {
    while (!isOver.get()) {
      try {
        store.put("k" + written.get(), "v");
        written.incrementAndGet();
      } catch (KVStoreException tryAgain) {
        // The same key again: it may have been written.
      }
    }
  }

  @Test
  void aMemberThatHasFallenBehindTheLogGetsASnapshot() {
    try (ThreeMembers members =
        new ThreeMembers(
            directory,
            builder -> builder.consistency(Consistency.EVENTUAL),
            engine -> engine.snapshotEvery(20))) {
      KVStore<String, String> store = members.get(1);
      store.put("before", "v");
      members.close(3);
      for (int i = 0; i < 200; i++) {
        store.put("k" + i, "v" + i);
      }
      members.reopen(3);
      assertThat(store.cluster().awaitMember(NodeId.of(3), LONG)).isTrue();
      members.get(3).put("own", "v"); // it takes part, and remembers clients as the others do
      await(() -> members.get(3).size() == 202);
      assertThat(members.get(3).get("k199")).contains("v199");
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
