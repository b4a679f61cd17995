package io.kvstore.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.Update;
import io.kvstore.core.InProcess;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecorderTest {
  private final Recorder recorder = new Recorder();
  private final Simulation simulation = Simulation.withSeed(42);

  private StoreBuilder<String, String> builder() {
    return KVStore.builder().engine(recorder.around(simulation));
  }

  /** The rows without times: {@code 0: read "k" = nil}. */
  private List<String> rows() {
    List<String> rows = new ArrayList<>();
    History history = recorder.history();
    for (int i = 0; i < history.size(); i++) {
      String text = history.operation(i).toString().replaceFirst(" \\[.*", "");
      rows.add(text.replace("process ", ""));
    }
    return rows;
  }

  @Test
  void eachTableHasAHistoryOfItsOwn() {
    try (KVStore<String, String> store = builder().open()) {
      KVStore<String, String> visits =
          store.table("visits", table -> table.consistency(Consistency.EVENTUAL).shards(2));
      store.put("k", "of the store");
      visits.put("k", "of the table");
      store.table("visits").get("k");
      store.cluster().crash(NodeId.of(1));
      assertThat(rows()).containsExactly("0: write \"k\" \"of the store\", replaced nil");
      Recorder ofTable = recorder.table("visits");
      assertThat(ofTable.history().size()).isEqualTo(2);
      assertThat(ofTable.disturbances()).isEqualTo(recorder.disturbances()).hasSize(1);
      assertThatThrownBy(() -> recorder.table("visit"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the store that is recorded has made no table 'visit'");

      store.dropTable("visits");
      assertThat(recorder.table("visits").history().size()).isEqualTo(2);
      store.table("visits", table -> table).put("l", "anew");
      assertThat(recorder.table("visits").history().size()).isEqualTo(1);
    }
  }

  @Test
  void readsAndWritesTellWhatTheySawAndReplaced() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("k", "v");
      store.put("k", "w");
      store.get("k");
      store.remove("k");
      store.get("k");
      assertThat(rows())
          .containsExactly(
              "0: write \"k\" \"v\", replaced nil",
              "0: write \"k\" \"w\", replaced \"v\"",
              "0: read \"k\" = \"w\"",
              "0: delete \"k\", replaced \"w\"",
              "0: read \"k\" = nil");
    }
  }

  @Test
  void aConditionThatDoesNotHoldIsARead() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("k", "v");
      store.putIfAbsent("k", "w");
      store.replace("k", 17, "w");
      assertThat(rows().subList(1, 3))
          .containsExactly("0: read \"k\" = \"v\"", "0: read \"k\" = \"v\"");
    }
  }

  @Test
  void countersAreNumbersAndTextsGrow() {
    try (KVStore<String, String> store = builder().open()) {
      store.add("n", 3);
      store.get("n");
      store.append("t", "a");
      store.append("t", "b");
      store.prepend("t", "c");
      assertThat(rows())
          .containsExactly(
              "0: add \"n\" 3 = 3",
              "0: read \"n\" = 3",
              "0: append \"t\" \"a\" = \"a\"",
              "0: append \"t\" \"b\" = \"ab\"",
              "0: write \"t\" \"cab\", replaced \"ab\"");
      assertThat(Linearizability.check(recorder.history(), Model.keyValue(null)).holds()).isTrue();
    }
  }

  @Test
  void batchesAndScansHappenAtOneMoment() {
    try (KVStore<String, String> store = builder().open()) {
      store.batch(List.of(Update.put("a", "1"), Update.put("b", "2")));
      store.scan(Scan.all());
      store.put("c", "3");
      History history = recorder.history();
      assertThat(rows())
          .containsExactly(
              "0: write \"a\" \"1\", replaced nil",
              "0: write \"b\" \"2\", replaced nil",
              "0: read \"a\" = \"1\"",
              "0: read \"b\" = \"2\"",
              "0: read \"c\" = nil", // which the scan would have shown
              "0: write \"c\" \"3\", replaced nil");
      assertThat(history.group(1)).isEqualTo(0);
      assertThat(history.group(4)).isEqualTo(2);
      assertThat(history.group(5)).isEqualTo(5);
    }
  }

  @Test
  void aScanWithALimitSaysNothingOfWhatComesAfter() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("a", "1");
      store.put("c", "3");
      store.scan(Scan.<String>all().limit(1));
      assertThat(rows().subList(2, 3)).containsExactly("0: read \"a\" = \"1\"");
    }
  }

  @Test
  void whatMayHaveHappenedIsUnknownAndWhatWasRefusedHasFailed() {
    try (KVStore<String, String> store =
        builder().timeout(Duration.ofMillis(200)).failover(Failover.byHand()).open()) {
      store.put("k", "v");
      store.cluster().network().isolate(NodeId.of(0));
      assertThatThrownBy(() -> store.put("k", "w")).isInstanceOf(KVStoreException.class);
      simulation.runFor(Duration.ofSeconds(1));
      assertThatThrownBy(() -> store.put("k", "x")).isInstanceOf(KVStoreException.class);
      History history = recorder.history();
      assertThat(history.outcome(1)).isEqualTo(Outcome.UNKNOWN);
      assertThat(history.returned(1)).isEqualTo(History.NEVER);
      assertThat(history.outcome(2)).isEqualTo(Outcome.FAIL);
    }
  }

  @Test
  void aConditionalWriteOfUnknownOutcomeIsACompareAndSet() {
    try (KVStore<String, String> store = builder().timeout(Duration.ofMillis(200)).open()) {
      store.put("k", "v");
      long version = store.getVersioned("k").orElseThrow().version();
      store.cluster().network().isolate(NodeId.of(0));
      assertThatThrownBy(() -> store.replace("k", version, "w"))
          .isInstanceOf(KVStoreException.class);
      assertThat(rows()).last().isEqualTo("0: cas \"k\" \"v\" to \"w\", unknown");
    }
  }

  @Test
  void whatExpiresMayBeDeletedByNobodyAtAnyTime() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("k", "v", Duration.ofSeconds(1));
      simulation.runFor(Duration.ofSeconds(2));
      assertThat(store.get("k")).isEmpty();
      assertThat(rows()).contains("expiry: delete \"k\", unknown");
      assertThat(Linearizability.check(recorder.history(), Model.keyValue(null)).holds()).isTrue();
    }
  }

  @Test
  void whileClocksAreRightNothingExpiresBeforeItsLifetimeCanBeOver() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("k", "v", Duration.ofSeconds(1));
      History right = recorder.history();
      assertThat(right.invoked(1) - right.invoked(0)).isBetween(999_000_000L, 1_000_000_000L);

      store.cluster().skewClock(NodeId.of(0), Duration.ofSeconds(-3), 0);
      History wrong = recorder.history();
      assertThat(wrong.invoked(1)).isEqualTo(wrong.invoked(0));
    }
  }

  @Test
  void aLifetimeIsTakenDownAsItWasAskedForAndGiven() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("forever", "v");
      store.put("k", "v", Duration.ofSeconds(1));
      Lifetime given = recorder.lifetimes().get(0);
      assertThat(recorder.lifetimes()).hasSize(1);
      assertThat(given.key()).isEqualTo("k");
      assertThat(given.lasting()).isEqualTo(1_000_000_000);
      assertThat(given.isCutShort()).isFalse();
      assertThat(given.isTooLong()).isFalse();
      assertThat(endingAt(given.asked(), given).isCutShort()).isTrue();
      assertThat(endingAt(given.answered() + 2_000_000_000L, given).isTooLong()).isTrue();
    }
  }

  private static Lifetime endingAt(long time, Lifetime given) {
    return new Lifetime(given.key(), given.asked(), given.answered(), given.lasting(), time);
  }

  @Test
  void whatIsShownAfterItsTimeIsTakenDown() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("k", "v", Duration.ofSeconds(1));
      assertThat(store.get("k")).contains("v");
      assertThat(recorder.overdue()).isEmpty();
      // A clock that is behind: this node's, which is the primary.
      store.cluster().skewClock(NodeId.of(0), Duration.ofSeconds(-10), 0);
      simulation.runFor(Duration.ofSeconds(2));
      assertThat(store.get("k")).contains("v");
      assertThat(recorder.overdue()).hasSize(1);
      store.append("k", "w"); // to a value that has expired
      assertThat(recorder.overdue()).hasSize(2);
    }
  }

  @Test
  void eachSessionIsAProcessAndOverlappingOperationsAreSeveral() {
    try (KVStore<String, String> store = builder().open()) {
      store.session().put("k", "v");
      Session<String, String> session = store.session();
      CompletableFuture<?> one = session.async().put("k", "w");
      CompletableFuture<?> other = session.async().put("k", "x");
      simulation.runUntilDone(CompletableFuture.allOf(one, other));
      session.put("k", "y");
      History history = recorder.history();
      Set<Integer> processes = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        processes.add(history.process(i));
      }
      assertThat(processes).hasSize(3);
      assertThat(processes).contains(history.process(3));
    }
  }

  @Test
  void aSessionThatBeginsWithAnothersPositionFollowsIt() {
    try (KVStore<String, String> store = builder().consistency(Consistency.CAUSAL).open()) {
      Session<String, String> first = store.session();
      first.put("k", "v");
      store.session(first.position()).get("k");
      assertThat(recorder.history().follows(1)).isEqualTo(0);
      assertThat(recorder.history().follows(0)).isEqualTo(Values.NONE);
    }
  }

  @Test
  void nodesVersionsAndPositionsAreTold() {
    try (KVStore<String, String> store = builder().open()) {
      store.put("k", "v");
      store.at(NodeId.of(2)).get("k");
      History history = recorder.history();
      assertThat(history.node(0)).isEqualTo(Values.NONE);
      assertThat(history.node(1)).isEqualTo(2);
      assertThat(history.version(1)).isEqualTo(history.version(0)).isPositive();
      assertThat(history.position(0)).isPositive();
    }
  }

  @Test
  void whatIsNotFoundHasTheVersionOfItsRemovalOrOfWhatHasExpired() {
    try (KVStore<String, String> store = builder().consistency(Consistency.CAUSAL).open()) {
      store.get("k"); // 0
      store.put("k", "v"); // 1
      store.remove("k"); // 2
      store.get("k"); // 3
      store.put("k", "w", Duration.ofSeconds(1)); // 4, and 5 its expiry
      simulation.runFor(Duration.ofSeconds(2));
      store.get("k"); // 6
      store.getAll(Set.of("k")); // 7
      simulation.runFor(Duration.ofSeconds(30)); // until that is forgotten
      store.get("k"); // 8
      History history = recorder.history();
      assertThat(history.version(0)).isEqualTo(History.NEVER_WRITTEN);
      assertThat(history.replaced(1)).isEqualTo(History.NEVER_WRITTEN);
      assertThat(history.replaced(2)).isEqualTo(history.version(1)).isPositive();
      assertThat(history.version(2)).isGreaterThan(history.version(1));
      assertThat(history.version(3)).isEqualTo(history.version(2));
      assertThat(history.replaced(4)).isEqualTo(history.version(2));
      assertThat(history.process(5)).isNegative();
      for (int row = 6; row <= 8; row++) {
        assertThat(history.version(row)).as("row %s", row).isEqualTo(history.version(4));
      }
    }
  }

  @Test
  void readsAtWeakerLevelsAreToldWhenAskedFor() {
    try (KVStore<String, String> store = builder().open()) {
      store.get("k", Consistency.EVENTUAL);
      store.get("k", Consistency.SEQUENTIAL);
      store.get("k");
      assertThat(recorder.history().size()).isEqualTo(1);
      assertThat(recorder.history(Consistency.SEQUENTIAL).size()).isEqualTo(2);
      assertThat(recorder.history(Consistency.EVENTUAL).size()).isEqualTo(3);
    }
  }

  @Test
  void disturbancesAreTakenDownWithTheirTimes() {
    try (KVStore<String, String> store = builder().open()) {
      store.cluster().crash(NodeId.of(2));
      simulation.runFor(Duration.ofSeconds(1));
      store.cluster().restart(NodeId.of(2));
      store.cluster().network().isolate(NodeId.of(1));
      store.cluster().network().heal();
      List<Disturbance> all = recorder.disturbances();
      assertThat(all.get(0).what()).isEqualTo("crash n2");
      assertThat(all.get(1).kind()).isEqualTo(Disturbance.Kind.RESTART);
      assertThat(all.get(1).time() - all.get(0).time()).isGreaterThanOrEqualTo(1_000_000_000);
      assertThat(all).hasSize(2 + 6 + 1); // from the coordinator, too
    }
  }

  @Test
  void aThreadedStoreIsRecordedToo() throws InterruptedException {
    try (KVStore<String, String> store =
        KVStore.builder().engine(recorder.around(new InProcess())).open()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String name = "t" + i;
        Thread thread =
            new Thread(
                () -> {
                  Session<String, String> session = store.session();
                  for (int n = 0; n < 500; n++) {
                    session.put("k" + n % 3, name + n);
                    session.get("k" + n % 3);
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    History history = recorder.history();
    assertThat(history.size()).isEqualTo(4_000);
    assertThat(Linearizability.check(history, Model.keyValue(null)).holds()).isTrue();
  }

  @Test
  void theEngineThatIsFoundByItselfCanBeRecorded() {
    try (KVStore<String, String> store =
        KVStore.builder().engine(recorder.aroundDefault()).open()) {
      store.put("k", "v");
      assertThat(rows()).containsExactly("0: write \"k\" \"v\", replaced nil");
    }
  }

  @Test
  void binaryKeysAreShownInHexadecimal() {
    try (KVStore<Bytes, Bytes> store = builder().keys(Codecs.BYTES).values(Codecs.BYTES).open()) {
      store.put(Bytes.of((byte) 0xff, (byte) 1), Bytes.of((byte) 0xfe));
      assertThat(rows()).containsExactly("0: write \"0xff01\" \"0xfe\", replaced nil");
    }
  }

  @Test
  void aRecorderRecordsOneStore() {
    builder().open().close();
    assertThatThrownBy(() -> builder().open()).hasMessageContaining("take another");
    assertThatThrownBy(() -> new Recorder().history()).hasMessageContaining("no store was opened");
  }
}
