package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused at the opening, and what is said when nothing answers. */
class OpeningTest {
  private final String[] peers = RatisEngine.freeLoopbackPeers(3);

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private StoreBuilder<String, String> member(String name) {
    return KVStore.builder()
        .storageDirectory(directory.resolve(name))
        .engine(RatisEngine.member(name).peers(peers));
  }

  @Test
  void noThreadOutlivesMembersAndClientsThatAreClosed() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.LINEARIZABLE);
        KVStore<String, String> client = members.client()) {
      client.put("k", "v");
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    // Ratis keeps its timers, and the JDK its own, for as long as the JVM runs.
    while (threadsSince(before).stream()
        .anyMatch(name -> !name.startsWith("timer") && !name.startsWith("CompletableFuture"))) {
      assertThat(System.nanoTime()).as("%s", threadsSince(before)).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static List<String> threadsSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .toList();
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    int port = Integer.parseInt(peers[0].substring(peers[0].lastIndexOf(':') + 1));
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> member("n1").open())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(peers[0])
          .hasMessageContaining("another port");
      assertThat(taken.isBound()).isTrue();
    }
    member("n1").open().close(); // the directory is free again
  }

  @Test
  void aDirectoryHasOneProcessAndOneMember() throws Exception {
    try (KVStore<String, String> store = member("n1").open()) {
      assertThat(store).isNotNull();
      assertThatThrownBy(() -> member("n1").open())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use");
    }
    assertThatThrownBy(() -> member("n2").storageDirectory(directory.resolve("n1")).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("member n1")
        .hasMessageContaining("n2");
    assertThatThrownBy(() -> member("n1").shards(2).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("shards 1");
    RatisEngine another = RatisEngine.member("n1").peers(peers).cluster("another");
    assertThatThrownBy(() -> member("n1").engine(another).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cluster kvstore");
    Files.createDirectories(directory.resolve("full/of/something"));
    assertThatThrownBy(() -> member("n3").storageDirectory(directory.resolve("full")).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("name an empty one");
  }

  @Test
  void settingsThatMakeNoSenseHereAreRefused() {
    assertThatThrownBy(() -> RatisEngine.member("alice"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("alice");
    assertThatThrownBy(() -> RatisEngine.client("n1=host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n1=host:7001");
    assertThatThrownBy(() -> RatisEngine.client("n1=host:1", "n2=host:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not the only one");
    assertThatThrownBy(() -> member("n7").open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n7 is not one of the peers");
    assertThatThrownBy(() -> KVStore.builder().engine(RatisEngine.member("n1").peers(peers)).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("storageDirectory");
    assertThatThrownBy(() -> member("n1").replication(Replication.TOTAL_ORDER).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Raft");
    assertThatThrownBy(() -> member("n1").failover(Failover.byHand()).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("byHand");
  }

  @Test
  void withoutAQuorumAWriteIsCertainlyNotAppliedAndSaysWhatItWaitsFor() {
    try (KVStore<String, String> store =
        member("n1").timeout(Duration.ofSeconds(2)).consistency(Consistency.SEQUENTIAL).open()) {
      assertThatThrownBy(() -> store.put("k", "v"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("a leader of its shard")
          .hasMessageContaining("cannot be reached");
      assertThat(store.get("k")).isEmpty(); // a local read needs no other member
      // It has its place all the same: an endpoint does not refuse what may have to wait.
      NodeId self = NodeId.of(1);
      assertThat(store.cluster().status(self)).isEqualTo(NodeStatus.JOINING);
      assertThat(store.cluster().viewOf(self, 0).orElseThrow().members()).contains(self);
    }
  }

  @Test
  void aClientOfAnotherStoreIsToldSo() {
    try (ThreeMembers members = ThreeMembers.at(directory, Consistency.LINEARIZABLE)) {
      members.get(1).put("k", "v");
      try (KVStore<String, String> stranger =
          KVStore.builder()
              .shards(2)
              .timeout(Duration.ofSeconds(2))
              .engine(RatisEngine.client(members.peers()))
              .open()) {
        assertThatThrownBy(() -> stranger.put("k", "v"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("number of shards");
      }
    }
  }
}
