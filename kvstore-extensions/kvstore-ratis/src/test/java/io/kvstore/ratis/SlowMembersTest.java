package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.UnavailableException;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members that perform their log late: what they may show, and what is not to wait for them. */
class SlowMembersTest {
  private final Map<NodeId, Gate> puts = new ConcurrentHashMap<>();
  private final Gate copies = new Gate();

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private ThreeMembers open(Consistency level, long snapshotEvery) {
    DataletFactory factory =
        (node, shard) ->
            new SlowDatalet(Datalets.hash().open(node, shard), gateOf(node.number()), copies);
    return new ThreeMembers(
        directory,
        builder -> builder.consistency(level),
        engine -> engine.datalet(factory).snapshotEvery(snapshotEvery));
  }

  private Gate gateOf(int member) {
    return puts.computeIfAbsent(NodeId.of(member), any -> new Gate());
  }

  private static int leaderOf(ThreeMembers members) throws InterruptedException {
    return Processes.leader(members.get(1), 0);
  }

  /** Puts old, and then new, which the follower does not perform until its gate is opened. */
  private void putWithout(int follower, ThreeMembers members) throws InterruptedException {
    members.get(follower).put("k", "old");
    await(() -> members.get(follower).get("k", Consistency.EVENTUAL).isPresent());
    gateOf(follower).close();
    members.get(follower).put("k", "new");
    await(gateOf(follower)::isWaitedAt);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void aLinearizableReadSeesTheLastWriteAlsoWhereAMemberDoesNotHaveIt() throws Exception {
    try (ThreeMembers members = open(Consistency.LINEARIZABLE, 100_000)) {
      int follower = leaderOf(members) % 3 + 1;
      putWithout(follower, members);
      try (KVStore<String, String> client = members.client()) {
        assertThat(members.get(follower).get("k")).contains("new");
        assertThat(client.at(NodeId.of(follower)).get("k")).contains("new");
        assertThat(members.get(follower).get("k", Consistency.EVENTUAL)).contains("old");
      } finally {
        gateOf(follower).open();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SEQUENTIAL", "CAUSAL"})
  void aReadWithATokenWaitsForTheMemberToPerformWhatWasSeen(Consistency level) throws Exception {
    try (ThreeMembers members = open(level, 100_000)) {
      int follower = leaderOf(members) % 3 + 1;
      putWithout(follower, members);
      Position token = members.get(follower).position();
      CompletableFuture<Optional<String>> read;
      try {
        KVStore<String, String> session = members.get(follower).session(token);
        assertThatThrownBy(() -> session.withTimeout(Duration.ofMillis(200)).get("k"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("what this session has seen");
        read = session.async().get("k");
      } finally {
        gateOf(follower).open();
      }
      assertThat(read).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Optional.of("new"));
    }
  }

  @Test
  void aWriteThatIsRepeatedBecauseItsLeaderIsSlowIsPerformedOnce() throws Exception {
    try (ThreeMembers members = open(Consistency.LINEARIZABLE, 100_000)) {
      int leader = leaderOf(members);
      members.get(leader).put("n", "0");
      gateOf(leader).close();
      CompletableFuture<Long> sum = members.get(leader % 3 + 1).async().add("n", 1);
      try {
        Thread.sleep(2_500); // longer than an attempt takes, so that there is another one
        assertThat(sum).isNotDone();
      } finally {
        gateOf(leader).open();
      }
      assertThat(sum).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1L);
      assertThat(members.get(leader).add("n", 0)).isEqualTo(1);
    }
  }

  @Test
  void howAMemberStandsIsToldWhileItPerformsSomethingSlowly() throws Exception {
    try (ThreeMembers members = open(Consistency.LINEARIZABLE, 100_000)) {
      int follower = leaderOf(members) % 3 + 1;
      putWithout(follower, members);
      CompletableFuture<Integer> shown =
          CompletableFuture.supplyAsync(() -> members.get(follower).cluster().replicas().size());
      try {
        assertThat(shown).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(3);
      } finally {
        gateOf(follower).open();
      }
    }
  }

  @Test
  void writesGoOnWhileSnapshotsAreBeingWritten() throws Exception {
    try (ThreeMembers members = open(Consistency.LINEARIZABLE, 20)) {
      KVStore<String, String> store = members.get(1);
      copies.close();
      try {
        for (int i = 0; i < 200; i++) {
          store.put("k" + i, "v");
        }
        assertThat(snapshots(members.directory(1))).isZero();
      } finally {
        copies.open();
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (snapshots(members.directory(1)) == 0) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        store.put("k", "v");
      }
    }
  }

  private static long snapshots(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .count();
    }
  }
}
