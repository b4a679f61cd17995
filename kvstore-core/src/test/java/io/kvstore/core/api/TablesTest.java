package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.ClusterEvent;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Health;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Position;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.TableBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables: key spaces of their own on the nodes of one store. */
final class TablesTest {
  private static final String SETUPS = "io.kvstore.core.api.Setup#linearizable";
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(10);

  private static TableBuilder<String, Long> visits(TableBuilder<String, String> table) {
    return table.values(Codecs.LONG).consistency(Consistency.EVENTUAL).shards(2);
  }

  private static KVStore<String, Long> visits(KVStore<String, String> store) {
    return store.table("visits", TablesTest::visits);
  }

  // A key space of its own

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aTableHasKeysCodecsAndALevelOfItsOwn(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      KVStore<String, Long> visits = visits(store);
      store.put("home", "a text");
      assertThat(visits.get("home")).isEmpty();
      assertThat(visits.add("home", 3)).isEqualTo(3);
      visits.put("away", 1L);

      assertThat(store.get("home")).contains("a text");
      assertThat(store.size()).isEqualTo(1);
      assertThat(visits.size()).isEqualTo(2);
      assertThat(visits.snapshot()).extracting(Item::key).containsExactly("away", "home");
      assertThat(visits.asMap()).containsEntry("home", 3L);
      assertThat(visits.at(N1).cluster().view(0).consistency()).isEqualTo(Consistency.EVENTUAL);
      visits.clear();
      assertThat(visits.size()).isZero();
      assertThat(store.size()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aWatchOfATableSeesItsChangesAndNoOthers(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      KVStore<String, Long> visits = visits(store);
      try (Watch<String, Long> watch = visits.watch(Scan.all())) {
        store.put("home", "a text");
        visits.put("home", 5L);
        assertThat(watch.poll(SOON).orElseThrow().changes())
            .singleElement()
            .satisfies(change -> assertThat(change.key()).isEqualTo("home"));
        assertThat(watch.poll(Bench.millis(20))).isEmpty();
      }
      assertThat(bench.join(visits.async().get("home"))).contains(5L);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void sessionsAndPositionsBelongToOneKeySpace(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      KVStore<String, String> table =
          store.table("t", each -> each.consistency(Consistency.SEQUENTIAL));
      Session<String, String> session = table.session();
      for (int i = 0; i < 5; i++) {
        session.put("k", "v" + i);
      }
      Position seen = session.position();
      assertThat(table.session(seen).at(N2).get("k")).contains("v4");
      assertThat(store.session().position()).isEqualTo(Position.START);
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void everyCellCanBeATableOfOneStore(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      for (Consistency level : Consistency.values()) {
        for (Replication by : Replication.values()) {
          if (by.supports(level)) {
            KVStore<String, String> table =
                store.table(level + "-" + by, each -> each.consistency(level).replication(by));
            table.put("k", level + " " + by);
          }
        }
      }
      for (String name : store.tables()) { // where another member owns a key, soon
        bench.eventually(
            () -> assertThat(store.table(name).get("k")).contains(name.replace('-', ' ')));
      }
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
      assertThat(store.size()).isZero();
    }
  }

  // Names, and tables that are there

  @Test
  void aTableThatIsThereIsFoundAgain() {
    Simulation simulation = Simulation.withSeed(1);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      assertThat(store.tables()).isEmpty();
      KVStore<String, Long> visits = visits(store);
      visits.put("home", 1L);
      simulation.runFor(Duration.ofSeconds(1)); // to the replicas of other sessions
      assertThat(visits(store).get("home")).contains(1L);
      assertThat(store.table("visits").contains("home")).isTrue(); // with another codec
      store.table("accounts", same -> same);

      assertThat(store.tables()).containsExactly("accounts", "visits");
      assertThat(visits.tables()).containsExactly("accounts", "visits");
      assertThat(store.session().tables()).containsExactly("accounts", "visits");
      visits.close(); // closes nothing
      assertThat(visits(store).get("home")).contains(1L);
    }
  }

  @Test
  void otherSettingsAreRefusedWithBoth() {
    try (KVStore<String, String> store = KVStore.builder().engine(Simulation.withSeed(1)).open()) {
      visits(store);
      assertThatThrownBy(() -> store.table("visits", same -> same))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'visits' was made with EVENTUAL by BROADCAST, shards(2)")
          .hasMessageContaining("asked for with LINEARIZABLE by PRIMARY, shards(1)");
      assertThatThrownBy(() -> store.table("visits", table -> visits(table).acks(2)))
          .hasMessageContaining("acks(2)");
      assertThatThrownBy(() -> store.table("visits", table -> visits(table).splitAt("m")))
          .hasMessageContaining("splitAt[m]");
    }
  }

  @Test
  void settingsThatMakeNoSenseLeaveNothing() {
    try (KVStore<String, String> store = KVStore.builder().engine(Simulation.withSeed(1)).open()) {
      assertThatThrownBy(() -> store.table("t", table -> table.replication(Replication.BROADCAST)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.table("t", table -> table.acks(2)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.table("t", table -> table.shards(5_000)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.table("t", table -> table.shards(4_096)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 4096 shards together")
          .hasMessageContaining("it would be 4097");
      assertThatThrownBy(() -> store.table("t"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there is no table 't': tables are []");
      assertThat(store.tables()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "-a", "a b", "a/b", "ü", "a\n"})
  void namesThatAreNoneAreRefused(String name) {
    try (KVStore<String, String> store = KVStore.builder().engine(Simulation.withSeed(1)).open()) {
      assertThatThrownBy(() -> store.table(name, same -> same))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a table cannot be called '" + name + "'");
      assertThatThrownBy(() -> store.table("a".repeat(65), same -> same))
          .hasMessageContaining("1 to 64 characters");
      store.table("A1._-" + "z".repeat(59), same -> same).put("k", "v");
    }
  }

  @Test
  void whatIsNotSaidIsAsInTheStore() {
    try (KVStore<Long, Long> store =
        KVStore.builder()
            .keys(Codecs.LONG)
            .values(Codecs.LONG)
            .consistency(Consistency.SEQUENTIAL)
            .replication(Replication.CHAIN)
            .engine(Simulation.withSeed(1))
            .open()) {
      KVStore<Long, Long> same = store.table("same", table -> table);
      KVStore<Long, Long> other =
          store.table("other", table -> table.consistency(Consistency.CAUSAL));
      same.put(1L, 2L);
      assertThat(same.get(1L)).contains(2L);
      assertThat(same.cluster().view(0).replication()).isEqualTo(Replication.CHAIN);
      assertThat(other.cluster().view(0).replication()).isEqualTo(Replication.BROADCAST);
    }
  }

  @Test
  void aProtocolOfOnesOwnRunsTheTablesToo() {
    Simulation simulation = Simulation.withSeed(1).protocol(SynchronousCopies::new);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      KVStore<String, String> table = store.table("t", same -> same);
      table.put("k", "v");
      assertThat(table.get("k")).contains("v");
      assertThatThrownBy(() -> store.table("u", each -> each.consistency(Consistency.EVENTUAL)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("LINEARIZABLE by PRIMARY");
    }
  }

  // Nodes

  @ParameterizedTest
  @MethodSource(SETUPS)
  void nodesThatCrashAndComeHoldTheShardsOfTablesToo(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      KVStore<String, String> table = store.table("t", each -> each.shards(2));
      table.put("k", "v");
      store.cluster().crash(N1);
      bench.untilServed(() -> table.put("k", "w"));
      assertThat(table.cluster().status(N1)).isEqualTo(NodeStatus.DOWN);
      store.cluster().restart(N1);
      assertThat(store.cluster().awaitMember(N1, SOON)).isTrue();
      assertThat(table.at(N1).get("k")).contains("w");

      NodeId added = store.cluster().add();
      assertThat(store.cluster().awaitMember(added, SOON)).isTrue();
      assertThat(table.cluster().holders(1)).contains(added);
      assertThat(table.at(added).get("k")).contains("w");
      store.cluster().remove(N2);
      assertThat(table.cluster().holders(0)).doesNotContain(N2);
      assertThat(table.cluster().view(1).members()).doesNotContain(N2);
      assertThat(table.get("k")).contains("w");
      bench.eventually(() -> assertThat(store.cluster().health()).isEqualTo(Health.WHOLE));
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aTableThatIsMadeWhileANodeIsDownTakesItInLater(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      store.cluster().crash(N0);
      KVStore<String, String> table = store.table("t", each -> each.shards(2));
      table.put("k", "v");
      store.cluster().restart(N0);
      assertThat(store.cluster().awaitMember(N0, SOON)).isTrue();
      assertThat(table.cluster().view(0).members()).contains(N0);
      assertThat(table.at(N0).get("k")).contains("v");
    }
  }

  @Test
  void noTableIsMadeWithoutTheCoordinatorOrPastACut() {
    Simulation simulation = Simulation.withSeed(3);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      store.cluster().crash(NodeId.COORDINATOR);
      assertThatThrownBy(() -> store.table("t", same -> same))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("the coordinator is down");
      store.cluster().restart(NodeId.COORDINATOR);
      store.cluster().network().isolate(N1);
      assertThatThrownBy(() -> store.table("t", same -> same))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("heal or crash");
      assertThat(store.tables()).isEmpty();
      store.cluster().network().heal();
      KVStore<String, String> table = store.table("t", same -> same);
      table.put("k", "v");
      assertThat(table.cluster().view(0).members()).hasSize(3);
      simulation.runFor(Duration.ofSeconds(30));
      assertThat(simulation.sizes()).isEmpty();
    }
  }

  @Test
  void wherePeopleSetViewsTablesFollowTheStoresView() {
    Simulation simulation = Simulation.withSeed(3);
    try (KVStore<String, String> store =
        KVStore.builder().failover(Failover.byHand()).engine(simulation).open()) {
      store.cluster().setView(List.of(N2, N1));
      KVStore<String, String> table = store.table("t", same -> same);
      assertThat(table.cluster().view(0).members()).containsExactlyInAnyOrder(N1, N2);
      assertThat(table.cluster().viewOf(N0, 0)).isEmpty();
      table.put("k", "v");
      table.cluster().setView(List.of(N1, N2, N0));
      assertThat(table.cluster().view(0).members()).containsExactly(N1, N2, N0);
      assertThat(store.cluster().view(0).members()).containsExactly(N2, N1);
      store.cluster().setView(List.of(N0, N1));
      assertThat(table.cluster().view(0).members()).containsExactly(N0, N1);
      assertThat(table.get("k")).contains("v");

      store.cluster().crash(N1);
      assertThatThrownBy(() -> store.table("u", same -> same))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("n1 is down and in the view");
    }
  }

  // Administration

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aTableIsReconfiguredByItselfAndSoIsTheStore(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      KVStore<String, Long> visits = visits(store);
      visits.put("home", 7L);
      visits.cluster().reconfigure(Consistency.LINEARIZABLE, Replication.RAFT);
      assertThat(visits.cluster().view(1).replication()).isEqualTo(Replication.RAFT);
      assertThat(visits.add("home", 1)).isEqualTo(8);
      assertThat(visits.get("home", Consistency.LINEARIZABLE)).contains(8L);
      assertThat(store.cluster().view(0).replication()).isEqualTo(Replication.PRIMARY);
      assertThat(visits(store).get("home")).contains(8L); // asked for as it was made

      store.cluster().reconfigure(Consistency.EVENTUAL, Replication.BROADCAST);
      assertThat(visits.cluster().view(0).consistency()).isEqualTo(Consistency.LINEARIZABLE);
    }
  }

  @Test
  void aTableCountsItsOwnShardsAndTheStoreAllOfThem() {
    Simulation simulation = Simulation.withSeed(5);
    try (KVStore<String, String> store = KVStore.builder().shards(2).engine(simulation).open()) {
      KVStore<String, Long> visits = visits(store);
      KVStore<String, String> other = store.table("other", same -> same);
      other.put("k", "v");
      simulation.runFor(Duration.ofSeconds(1));
      assertThat(store.cluster().shards()).isEqualTo(2);
      assertThat(visits.cluster().shards()).isEqualTo(2);
      assertThat(store.cluster().replicas()).hasSize(6);
      assertThat(visits.cluster().replicas())
          .extracting(ReplicaStatus::shard)
          .containsExactly(0, 0, 0, 1, 1, 1);
      assertThat(store.cluster().view(4)).isEqualTo(other.cluster().view(0));
      assertThat(store.cluster().holders(3)).isEqualTo(visits.cluster().holders(1));
      assertThat(store.cluster().replica(N0, 4).entries()).isEqualTo(1);
      assertThat(other.cluster().replica(N0, 0).entries()).isEqualTo(1);
      assertThat(store.cluster().tableOf(1)).isEmpty();
      assertThat(store.cluster().tableOf(3)).contains("visits");
      assertThat(store.cluster().tableOf(4)).contains("other");
      assertThatThrownBy(() -> visits.cluster().view(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there are 2, from 0 on");
      assertThatThrownBy(() -> store.cluster().view(5))
          .hasMessageContaining("there are [0, 1, 2, 3, 4]");
    }
  }

  @Test
  void eventsNameTheShardsOfTables() {
    Simulation simulation = Simulation.withSeed(5);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      KVStore<String, Long> visits = visits(store);
      Queue<ClusterEvent> ofStore = new ConcurrentLinkedQueue<>();
      Queue<ClusterEvent> ofTable = new ConcurrentLinkedQueue<>();
      store.cluster().listen(ofStore::add);
      visits.cluster().listen(ofTable::add);
      store.cluster().crash(N1);
      simulation.runFor(Duration.ofSeconds(5));
      assertThat(shardsLeft(ofStore)).containsExactlyInAnyOrder(0, 1, 2);
      assertThat(shardsLeft(ofTable)).containsExactlyInAnyOrder(0, 1);
      assertThat(ofTable).anyMatch(event -> event instanceof ClusterEvent.Crashed);
    }
  }

  private static List<Integer> shardsLeft(Queue<ClusterEvent> events) {
    return events.stream()
        .filter(event -> event instanceof ClusterEvent.LeftOut)
        .map(event -> ((ClusterEvent.LeftOut) event).shard())
        .toList();
  }

  // Dropping

  @ParameterizedTest
  @MethodSource(SETUPS)
  void aTableThatIsDroppedIsGone(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.open()) {
      KVStore<String, Long> visits = visits(store);
      visits.put("home", 1L);
      Session<String, Long> session = visits.session();
      Watch<String, Long> watch = visits.watch(Scan.all());

      assertThat(store.dropTable("visits")).isTrue();
      assertThat(store.dropTable("visits")).isFalse();
      assertThat(store.tables()).isEmpty();
      assertThatThrownBy(() -> watch.poll(SOON)).isInstanceOf(IllegalStateException.class);
      for (Runnable late :
          List.<Runnable>of(
              () -> session.get("home"),
              () -> visits.put("home", 2L),
              () -> visits.async().get("home").join(),
              visits::session,
              () -> visits.watch(Scan.all()),
              () -> visits.cluster().reconfigure(Consistency.EVENTUAL, Replication.PRIMARY))) {
        assertThatThrownBy(late::run)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("the table 'visits' was dropped");
      }
      store.put("k", "v");
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);

      KVStore<String, String> again = store.table("visits", same -> same); // as another
      assertThat(again.get("home")).isEmpty();
      again.put("home", "a text");
      assertThat(again.get("home")).contains("a text");
      assertThat(store.cluster().tableOf(1)).isEmpty(); // no number is given again
      assertThat(store.cluster().tableOf(3)).contains("visits");
    }
  }

  @ParameterizedTest
  @MethodSource(SETUPS)
  void callsThatWaitForATableThatIsDroppedEnd(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().failover(Failover.byHand()).open()) {
      KVStore<String, String> table = store.table("t", each -> each.shards(2));
      store.cluster().network().isolate(N1); // so that writes wait for it
      List<CompletableFuture<Void>> writes =
          List.of(table.async().put("a", "v"), table.async().put("b", "v"));
      bench.pass(Bench.millis(5));
      store.dropTable("t");
      writes.forEach(bench::end);
      assertThat(writes).allMatch(CompletableFuture::isCompletedExceptionally);
      store.cluster().network().heal();
      store.put("k", "v");
      assertThat(store.asMap()).isEqualTo(Map.of("k", "v"));
    }
  }

  @Test
  void closingTheStoreClosesItsTables() {
    KVStore<String, String> store = KVStore.builder().engine(Simulation.withSeed(5)).open();
    KVStore<String, String> table = store.table("t", same -> same);
    store.close();
    assertThatThrownBy(() -> table.get("k"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the store is closed");
    assertThatThrownBy(() -> store.table("u", same -> same))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the store is closed");
    assertThatThrownBy(() -> store.dropTable("t")).isInstanceOf(IllegalStateException.class);
  }
}
