package io.kvstore.core.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store's directory has on record is compared with what is asked for. */
final class ReopeningTest {
  // In the header of a segment.
  private static final int FORMAT_AT = 8;
  private static final int CHECKSUM_AT = 20;

  @TempDir Path directory;

  private StoreBuilder<String, String> builder(Consistency level, Replication by) {
    return KVStore.builder().storageDirectory(directory).consistency(level).replication(by);
  }

  private StoreBuilder<String, String> builder() {
    return builder(Consistency.LINEARIZABLE, Replication.PRIMARY);
  }

  private void write(StoreBuilder<String, String> builder) {
    try (KVStore<String, String> store = builder.open()) {
      store.put("kept", "v");
    }
  }

  private static void assertKept(StoreBuilder<String, String> builder) {
    try (KVStore<String, String> store = builder.open()) {
      for (NodeId node : store.cluster().nodes()) {
        assertThat(store.at(node).get("kept")).contains("v");
      }
    }
  }

  // Other settings

  @ParameterizedTest
  @CsvSource({"1, 2", "4, 2", "2, 3"})
  void anotherNumberOfShardsIsRefused(int before, int now) {
    write(builder().shards(before));
    assertThatThrownBy(() -> builder().shards(now).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds " + before + " shards")
        .hasMessageContaining("cannot be opened with " + now);
    assertKept(builder().shards(before)); // what was refused has changed nothing, and locks nothing
  }

  @Test
  void fewerReplicasThanTheLastViewHadAreRefused() {
    write(builder().replicas(3));
    assertThatThrownBy(() -> builder().replicas(2).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has a replica on n2")
        .hasMessageContaining("at least 3 replicas");
    assertKept(builder().replicas(3));
  }

  @Test
  void fewerReplicasAreEnoughOnceWhatIsTooManyHasLeft() {
    try (KVStore<String, String> store = builder().replicas(3).open()) {
      store.put("kept", "v");
      store.cluster().remove(NodeId.of(2));
    }
    assertKept(builder().replicas(2));
  }

  // More nodes than replicas

  private StoreBuilder<String, String> placed() {
    return builder().nodes(5).replicas(2).shards(4);
  }

  private static List<List<NodeId>> holders(KVStore<String, String> store) {
    return IntStream.range(0, 4).mapToObj(store.cluster()::holders).toList();
  }

  @Test
  void shardsAreWhereTheyWere() {
    List<List<NodeId>> before;
    try (KVStore<String, String> store = placed().open()) {
      for (int i = 0; i < 40; i++) {
        store.put("k" + i, "v");
      }
      store.cluster().remove(NodeId.of(1)); // so it is not where a new store would have it
      before = holders(store);
    }
    try (KVStore<String, String> still = placed().failover(Failover.byHand()).open()) {
      assertThat(holders(still)).isEqualTo(before).isNotEqualTo(holdersWhenNew());
    }
    try (KVStore<String, String> store = placed().open()) {
      assertThat(store.size()).isEqualTo(40);
      store.put("kept", "v");
    }
    assertKept(placed().nodes(7));
  }

  @Test
  void nodesThatAreNewGetTheirShareAndItStaysThere() {
    try (KVStore<String, String> store = placed().open()) {
      store.put("kept", "v");
    }
    List<List<NodeId>> moved;
    try (KVStore<String, String> store = placed().nodes(8).open()) {
      assertThat(store.cluster().awaitBalance(Duration.ofSeconds(30))).isTrue();
      moved = holders(store);
      assertThat(moved.stream().flatMap(List::stream).distinct()).hasSize(8);
    }
    try (KVStore<String, String> store = placed().nodes(8).open()) {
      assertThat(holders(store)).isEqualTo(moved);
    }
    assertKept(placed().nodes(8));
  }

  @Test
  void aNodeKeepsNothingOfAShardThatHasMovedAway() throws IOException {
    List<List<NodeId>> moved;
    try (KVStore<String, String> store = placed().open()) {
      store.cluster().add();
      store.cluster().add();
      assertThat(store.cluster().awaitBalance(Duration.ofSeconds(30))).isTrue();
      moved = holders(store);
    }
    Set<Path> held = new TreeSet<>();
    for (int shard = 0; shard < moved.size(); shard++) {
      for (NodeId node : moved.get(shard)) {
        held.add(directory.resolve(node.toString()).resolve("shard-" + shard));
      }
    }
    assertThat(shardsOnDisk()).isEqualTo(held);
  }

  private Set<Path> shardsOnDisk() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.getFileName().toString().startsWith("shard-"))
          .filter(path -> path.getParent().getFileName().toString().startsWith("n"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<List<NodeId>> holdersWhenNew() {
    try (KVStore<String, String> store = KVStore.builder().nodes(5).replicas(2).shards(4).open()) {
      return holders(store);
    }
  }

  @Test
  void fewerNodesThanHoldSomethingAreRefused() {
    write(placed());
    assertThatThrownBy(() -> placed().nodes(4).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has a replica on n4")
        .hasMessageContaining("at least 5 nodes");
    assertKept(placed());
  }

  @Test
  void anotherNumberOfReplicasIsRefusedWhereNotEveryNodeHoldsEveryShard() {
    write(placed());
    assertThatThrownBy(() -> placed().replicas(3).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was made with 2 replicas of each shard")
        .hasMessageContaining("nodes(…).replicas(2)");
    assertThatThrownBy(() -> builder().replicas(5).shards(4).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was made with 2 replicas of each shard");
    assertKept(placed());
  }

  @Test
  void shardsThatAreOnEveryNodeStayThere() {
    write(builder().replicas(2).shards(4));
    assertThatThrownBy(() -> placed().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was made with every shard on every node")
        .hasMessageContaining("without nodes(5)");
    assertKept(builder().replicas(2).shards(4));
  }

  @Test
  void moreReplicasTakeOverEverything() {
    write(builder().replicas(2));
    assertKept(builder().replicas(4));
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY, EVENTUAL, BROADCAST, 'PRIMARY, TOTAL_ORDER, CHAIN, CRAQ, RAFT, LEASEGUARD, SHARED_LOG or LOCKING'",
    "LINEARIZABLE, CRAQ, EVENTUAL, BROADCAST, 'PRIMARY, TOTAL_ORDER, CHAIN, CRAQ, RAFT, LEASEGUARD, SHARED_LOG or LOCKING'",
    "SEQUENTIAL, TOTAL_ORDER, CAUSAL, BROADCAST, 'PRIMARY, TOTAL_ORDER, CHAIN, CRAQ, RAFT, LEASEGUARD, SHARED_LOG or LOCKING'",
    "EVENTUAL, PRIMARY, EVENTUAL, KEY_OWNER, 'PRIMARY, TOTAL_ORDER, CHAIN, CRAQ, RAFT, LEASEGUARD, SHARED_LOG or LOCKING'",
    "CAUSAL, BROADCAST, LINEARIZABLE, TOTAL_ORDER, 'BROADCAST, KEY_OWNER or QUORUM at EVENTUAL'",
    "EVENTUAL, KEY_OWNER, SEQUENTIAL, PRIMARY, 'BROADCAST, KEY_OWNER or QUORUM at EVENTUAL'",
    "EVENTUAL, QUORUM, LINEARIZABLE, RAFT, 'BROADCAST, KEY_OWNER or QUORUM at EVENTUAL'"
  })
  void anOrderIsNotTakenOverByThoseWhoHaveNoneNorTheOtherWayRound(
      Consistency level, Replication by, Consistency now, Replication byNow, String instead) {
    write(builder(level, by));
    assertThatThrownBy(() -> builder(now, byNow).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was written by " + by + " at " + level)
        .hasMessageContaining(instead);
    assertKept(builder(level, by));
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY, SEQUENTIAL, TOTAL_ORDER",
    "SEQUENTIAL, TOTAL_ORDER, EVENTUAL, PRIMARY",
    "LINEARIZABLE, PRIMARY, LINEARIZABLE, CHAIN",
    "LINEARIZABLE, CRAQ, SEQUENTIAL, TOTAL_ORDER",
    "LINEARIZABLE, RAFT, SEQUENTIAL, PRIMARY",
    "LINEARIZABLE, LEASEGUARD, LINEARIZABLE, PRIMARY",
    "SEQUENTIAL, CHAIN, LINEARIZABLE, RAFT",
    "EVENTUAL, SHARED_LOG, LINEARIZABLE, CHAIN",
    "LINEARIZABLE, PRIMARY, SEQUENTIAL, SHARED_LOG",
    "LINEARIZABLE, LOCKING, SEQUENTIAL, CHAIN",
    "EVENTUAL, PRIMARY, LINEARIZABLE, LOCKING",
    "CAUSAL, BROADCAST, EVENTUAL, BROADCAST",
    "EVENTUAL, KEY_OWNER, CAUSAL, BROADCAST",
    "EVENTUAL, QUORUM, CAUSAL, BROADCAST",
    "EVENTUAL, KEY_OWNER, EVENTUAL, QUORUM"
  })
  void otherSettingsOfTheSameKindWork(
      Consistency level, Replication by, Consistency now, Replication byNow) {
    write(builder(level, by));
    assertKept(builder(now, byNow));
  }

  @Test
  void whatCountsIsTheCellThatAStoreHasMovedTo() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("kept", "v");
      store.cluster().reconfigure(Consistency.EVENTUAL, Replication.BROADCAST);
    }
    assertThatThrownBy(() -> builder().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was written by BROADCAST at EVENTUAL");
    assertKept(builder(Consistency.EVENTUAL, Replication.BROADCAST));
  }

  // Damage

  @ParameterizedTest
  @ValueSource(strings = {"coordinator", "n1"})
  void aNewerFormatIsRefused(String whose) {
    write(builder());
    Path segment = segmentsOf(whose).get(0);
    byte[] original = bytesOf(segment);
    byte[] newer = original.clone();
    ByteBuffer header = ByteBuffer.wrap(newer);
    header.putInt(FORMAT_AT, header.getInt(FORMAT_AT) + 1);
    CRC32C checksum = new CRC32C();
    checksum.update(newer, 0, CHECKSUM_AT);
    header.putInt(CHECKSUM_AT, (int) checksum.getValue());
    set(segment, newer);

    assertThatThrownBy(() -> builder().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(segment.toString())
        .hasMessageContaining("has format 3")
        .hasMessageContaining("reads format 2");
    set(segment, original);
    assertKept(builder());
  }

  @Test
  void aDamagedRecordIsMadeAnewFromWhatAllReplicasKnow() {
    write(builder());
    damage("coordinator");

    assertKept(builder());
    assertKept(builder()); // of which there is a record again
    assertThatThrownBy(() -> builder().shards(2).open()).hasMessageContaining("holds 1 shards");
  }

  @Test
  void aStoreThatHasLostWhichNodesHoldWhichShardIsNotOpenedAsANewOne() {
    write(placed());
    damage("coordinator");
    assertThatThrownBy(() -> placed().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has lost which nodes hold which shard")
        .hasMessageContaining("copy of its folder 'coordinator'");
  }

  @Test
  void oneDamagedReplicaTakesOverEverything() {
    write(builder());
    damage("n1");
    assertKept(builder());
    assertThat(filesOf("n1")).anyMatch(file -> file.toString().endsWith(".damaged"));
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "SEQUENTIAL, TOTAL_ORDER",
    "SEQUENTIAL, CHAIN",
    "LINEARIZABLE, RAFT",
    "EVENTUAL, PRIMARY",
    "CAUSAL, BROADCAST",
    "EVENTUAL, KEY_OWNER"
  })
  void aShardOfWhichAllReplicasAreDamagedDoesNotOpenAndSaysWhy(Consistency level, Replication by) {
    write(builder(level, by));
    List<byte[]> originals =
        Stream.of("n0", "n1", "n2").map(node -> bytesOf(segmentsOf(node).get(0))).toList();
    for (String node : List.of("n0", "n1", "n2")) {
      damage(node);
    }
    for (int attempt = 0; attempt < 2; attempt++) { // the first one has put nothing aside
      assertThatThrownBy(() -> builder(level, by).open())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no replica of shard 0 can be read")
          .hasMessageContaining(nameOfDamaged("n0"))
          .hasMessageContaining(nameOfDamaged("n1"))
          .hasMessageContaining(nameOfDamaged("n2"));
    }

    set(segmentsOf("n2").get(0), originals.get(2)); // somebody has found one in a backup
    try (KVStore<String, String> store = builder(level, by).open()) {
      assertThat(store.cluster().awaitMember(NodeId.of(0), Duration.ofSeconds(10))).isTrue();
      assertThat(store.at(NodeId.of(0)).get("kept")).contains("v");
    }
  }

  private static String nameOfDamaged(String node) {
    return Path.of(node, "shard-0").toString();
  }

  private Path folderOf(String node) {
    return directory.resolve(node.toLowerCase(Locale.ROOT)).resolve("shard-0");
  }

  private List<Path> filesOf(String node) {
    try (Stream<Path> files = Files.list(folderOf(node))) {
      return files.sorted().toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private List<Path> segmentsOf(String node) {
    return filesOf(node).stream().filter(file -> file.toString().endsWith(".segment")).toList();
  }

  private static byte[] bytesOf(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void set(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Changes a bit of the first record, which others follow. */
  private void damage(String node) {
    Path first = segmentsOf(node).get(0);
    byte[] bytes = bytesOf(first);
    String text = new String(bytes, UTF_8);
    assertThat(text).as("%s has records", first).hasSizeGreaterThan(60);
    bytes[40] ^= 1;
    set(first, bytes);
  }
}
