package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.FullException;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Update;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.WatchPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store across machines does, over three members in this JVM. */
class RatisEngineTest {
  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void everyCallWorksAtEveryLevelFromMembersAndClients(Consistency level) {
    try (ThreeMembers members =
            new ThreeMembers(
                directory, builder -> builder.consistency(level).shards(2), engine -> engine);
        KVStore<String, String> client = members.client()) {
      for (KVStore<String, String> store : List.of(members.get(1), members.get(2), client)) {
        store.clear();
        store.put("a", "1");
        assertThat(store.putIfAbsent("a", "2")).isFalse();
        assertThat(store.getAndPut("a", "2")).contains("1");
        assertThat(store.add("n", 5)).isEqualTo(5);
        store.append("a", "3");
        store.prepend("a", "1");
        assertThat(store.getAndRemove("n")).contains("5");
        assertThat(store.touch("a", Duration.ofHours(1))).isTrue();
        assertThat(store.batch(List.of(Update.put("b", "x"), Update.remove("b")))).isTrue();
        if (level != Consistency.EVENTUAL) {
          assertThat(store.get("a")).contains("123");
          assertThat(store.size()).isEqualTo(1);
          assertThat(store.getAll(List.of("a", "b"))).containsOnlyKeys("a");
          assertThat(store.scan(Scan.prefix("a"))).hasSize(1);
          assertThat(store.asMap()).containsEntry("a", "123");
        }
      }
    }
  }

  @Test
  void aTokenCountsAtEveryMember() {
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.CAUSAL)) {
      for (int i = 0; i < 20; i++) {
        KVStore<String, String> writer = members.get(i % 3 + 1);
        writer.put("k", "v" + i);
        Position token = Position.parse(writer.position().toString());
        Session<String, String> reader = members.get((i + 1) % 3 + 1).session(token);
        assertThat(reader.get("k")).contains("v" + i);
        NodeId other = NodeId.of((i + 2) % 3 + 1);
        assertThat(reader.at(other).get("k")).contains("v" + i);
      }
    }
  }

  @Test
  void submittedWritesOfASessionKeepTheirOrder() {
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.SEQUENTIAL)) {
      KVStore<String, String> store = members.get(2);
      List<CompletableFuture<?>> writes = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        writes.add(store.async().put("k", "v" + i));
      }
      assertThat(store.async().get("k").join()).contains("v499");
      assertThat(writes).allSatisfy(each -> assertThat(each).isCompleted());
    }
  }

  @Test
  void entriesExpireByTheTimeOfTheLeader() throws Exception {
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.SEQUENTIAL)) {
      KVStore<String, String> store = members.get(1);
      store.put("short", "v", Duration.ofMillis(300));
      assertThat(store.get("short")).contains("v");
      Thread.sleep(400);
      assertThat(store.get("short")).isEmpty();
      assertThat(members.get(2).session(store.position()).get("short")).isEmpty();
      assertThat(store.size()).isZero();
    }
  }

  @Test
  void aFullClusterThatIsClosedComesBackWithEverything() {
    try (ThreeMembers members =
        new ThreeMembers(directory, builder -> builder, engine -> engine.snapshotEvery(50))) {
      for (int i = 0; i < 120; i++) {
        members.get(1).put("k" + i, "v" + i);
      }
      Position before = members.get(1).position();
      for (int i = 1; i <= 3; i++) {
        members.close(i);
      }
      for (int i = 1; i <= 3; i++) {
        members.reopen(i);
      }
      KVStore<String, String> store = members.get(2);
      assertThat(store.size()).isEqualTo(120);
      store.put("next", "v");
      assertThat(store.position().covers(before)).isTrue();
      assertThat(store.getVersioned("next").orElseThrow().version()).isEqualTo(121);
    }
  }

  private static long snapshotsIn(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .count();
    } catch (UncheckedIOException deletedMeanwhile) {
      return Long.MAX_VALUE;
    }
  }

  @Test
  void oldSnapshotsAndTheLogBeforeThemAreDeleted() throws Exception {
    try (ThreeMembers members =
        new ThreeMembers(directory, builder -> builder, engine -> engine.snapshotEvery(20))) {
      KVStore<String, String> store = members.get(1);
      for (int i = 0; i < 300; i++) {
        store.put("k", "v" + i);
      }
      // They are deleted once the next one has been written, by a thread of its own.
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (snapshotsIn(members.directory(1)) > 2 && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
      assertThat(snapshotsIn(members.directory(1))).isBetween(1L, 2L);
    }
  }

  @Test
  void aWatchSeesWhatIsAnsweredAfterItAndGoesOnAtAnotherMember() {
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.LINEARIZABLE)) {
      WatchPosition place;
      try (Watch<String, String> watch = members.get(1).watch(Scan.prefix("w"))) {
        members.get(2).put("w1", "one");
        members.get(2).put("x", "not watched");
        WatchEvent<String, String> first = watch.poll(Duration.ofSeconds(10)).orElseThrow();
        assertThat(first.toString()).contains("w1");
        place = WatchPosition.parse(watch.position().toString());
      }
      members.get(3).put("w2", "two");
      members.close(1);
      try (KVStore<String, String> client = members.client();
          Watch<String, String> watch = client.watch(Scan.prefix("w"), place)) {
        assertThat(watch.poll(Duration.ofSeconds(10)).orElseThrow().toString()).contains("w2");
        client.put("w3", "three");
        assertThat(watch.poll(Duration.ofSeconds(10)).orElseThrow().toString()).contains("w3");
      }
      members.reopen(1);
    }
  }

  @Test
  void aFullStoreRefusesWhatMakesItLargerAndGoesOn() {
    Limits limits = Limits.DEFAULT.withHeldBytes(2_000);
    try (ThreeMembers members =
        new ThreeMembers(directory, builder -> builder.limits(limits), engine -> engine)) {
      KVStore<String, String> store = members.get(2);
      assertThatThrownBy(() -> IntStream.range(0, 100).forEach(i -> store.put("k" + i, "v")))
          .isInstanceOf(FullException.class)
          .hasMessageContaining("Limits.heldBytes");
      assertThat(store.remove("k0")).isTrue();
      store.put("k0", "v");
    }
  }

  @Test
  void theClusterTellsOfItsMembers() throws InterruptedException {
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.LINEARIZABLE)) {
      KVStore<String, String> store = members.get(1);
      store.put("k", "v");
      assertThat(store.cluster().nodes()).containsExactly(NodeId.of(1), NodeId.of(2), NodeId.of(3));
      for (NodeId node : store.cluster().nodes()) { // each has heard of its leader
        assertThat(store.cluster().awaitMember(node, Duration.ofSeconds(10))).isTrue();
      }
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
      assertThat(store.cluster().view(0).members()).hasSize(3);
      assertThat(store.cluster().replicas()).filteredOn(each -> each.isPrimary()).hasSize(1);
      assertThatThrownBy(() -> store.cluster().crash(NodeId.of(2)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("end the process of the member");
      members.close(3);
      HealthTest.await(store, Health.DEGRADED);
      assertThat(store.cluster().isRunning(NodeId.of(3))).isFalse();
      members.reopen(3);
    }
  }
}
