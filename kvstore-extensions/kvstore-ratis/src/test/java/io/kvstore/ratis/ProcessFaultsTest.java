package io.kvstore.ratis;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.SessionGuarantee;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.record.Recorder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three processes are killed and stopped while five clients use them, and what the clients saw is
 * judged. {@code -Dkvstore.ratis.rounds=200 -Dkvstore.ratis.operations=5000} does more of it,
 * {@code -Dkvstore.ratis.seed=…} draws the same faults.
 */
class ProcessFaultsTest {
  private static final int ROUNDS = Integer.getInteger("kvstore.ratis.rounds", 2);
  private static final int OPERATIONS = Integer.getInteger("kvstore.ratis.operations", 600);
  private static final long SEED = Long.getLong("kvstore.ratis.seed", System.nanoTime());
  private static final List<Consistency> LEVELS = List.of(Consistency.values());
  private static final int CLIENTS = 5;
  private static final int KEYS = 5;

  private Path directory;

  @BeforeEach
  void makeDirectory() throws Exception {
    directory = Directories.make();
  }

  @AfterEach
  void deleteDirectory() throws Exception {
    Directories.delete(directory);
  }

  @Test
  void whatClientsSeeKeepsThePromiseOfTheirLevelWhileMembersAreKilledAndStopped() throws Exception {
    Random random = new Random(SEED);
    int first = random.nextInt(LEVELS.size());
    try (Processes processes = new Processes(directory, 3, 1)) {
      for (int round = 0; round < ROUNDS; round++) {
        Consistency level = LEVELS.get((first + round) % LEVELS.size());
        play(processes, level, round, random);
      }
    }
  }

  private void play(Processes processes, Consistency level, int round, Random random)
      throws Exception {
    String circumstances = level + ", round " + round + " of -Dkvstore.ratis.seed=" + SEED;
    Recorder recorder = new Recorder();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean isOver = new AtomicBoolean();
    Map<NodeId, Map<String, Item<String, String>>> contents;
    try (KVStore<String, String> store =
        processes.client(
            level, Duration.ofSeconds(3), recorder.around(RatisEngine.client(processes.peers())))) {
      List<Thread> clients = new ArrayList<>();
      for (int number = 0; number < CLIENTS; number++) {
        Random own = new Random(random.nextLong());
        int client = number;
        clients.add(
            new Thread(
                () -> use(store.session(), level, round, client, own, asked, answered, isOver)));
      }
      clients.forEach(Thread::start);
      int faults = 0;
      while (asked.get() < OPERATIONS || faults < 2) {
        strike(processes, store, random);
        faults++;
      }
      isOver.set(true);
      for (Thread client : clients) {
        client.join();
      }
      awaitHealth(store, circumstances);
      System.out.println(
          circumstances
              + ": "
              + asked
              + " asked, "
              + answered
              + " answered, "
              + faults
              + " faults");
      assertThat(answered.get()).as(circumstances).isGreaterThan(OPERATIONS / 4);
      contents = contents(processes);
    }
    judge(level, recorder, contents, circumstances);
  }

  /**
   * What the level promises, and what every level does here: all members hold the same in the end,
   * nothing that was answered is lost, and all writes are in the one order of the log.
   */
  private static void judge(
      Consistency level,
      Recorder recorder,
      Map<NodeId, Map<String, Item<String, String>>> contents,
      String circumstances) {
    History history = recorder.history();
    assertThat(recorder.wrongAnswers()).as(circumstances).isEmpty();
    assertThat(history).as(circumstances).is(level);
    if (level.isAtLeast(Consistency.CAUSAL)) {
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        assertThat(history).as(circumstances).has(guarantee);
      }
    }
    assertThat(history.only(row -> history.kind(row) != Kind.READ))
        .as("the writes of " + circumstances)
        .isLinearizable();
    assertHolds(Convergence.checkAgreement(contents), circumstances);
    Map<String, Item<String, String>> atOne = contents.values().iterator().next();
    assertHolds(
        Convergence.checkKept(
            history,
            key -> {
              Item<String, String> item = atOne.get(String.valueOf(key));
              return item == null ? OptionalLong.empty() : OptionalLong.of(item.version());
            }),
        circumstances);
  }

  private static void assertHolds(Verdict verdict, String circumstances) {
    assertThat(verdict.holds()).as("%s: %s", circumstances, verdict).isTrue();
  }

  private static void use(
      Session<String, String> session,
      Consistency level,
      int round,
      int client,
      Random random,
      AtomicInteger asked,
      AtomicInteger answered,
      AtomicBoolean isOver) {
    for (int i = 0; !isOver.get(); i++) {
      String key = "round " + round + " key " + random.nextInt(KEYS);
      String value = round + "." + client + "." + i;
      try {
        switch (random.nextInt(6)) {
          case 0, 1 -> session.put(key, value);
          case 2 -> session.putIfAbsent(key, value);
          case 3 -> putOrRemove(session, level, key, value);
          default -> session.get(key);
        }
        answered.incrementAndGet();
      } catch (KVStoreException refusedOrUnknown) {
        // Recorded, and judged.
      }
      asked.incrementAndGet();
    }
  }

  /** At the causal level a history does not tell which of several removals a read has seen. */
  private static void putOrRemove(
      Session<String, String> session, Consistency level, String key, String value) {
    if (level == Consistency.CAUSAL) {
      session.put(key, value);
    } else {
      session.remove(key);
    }
  }

  private static void strike(Processes processes, KVStore<String, String> store, Random random)
      throws Exception {
    int leader = Processes.leader(store, 0);
    int victim = random.nextBoolean() ? leader : leader % 3 + 1;
    Thread.sleep(200 + random.nextInt(300));
    if (random.nextInt(3) == 0) {
      processes.stopForAWhile(victim, Duration.ofMillis(500 + random.nextInt(1_500)));
    } else {
      processes.kill(victim);
      Thread.sleep(random.nextInt(1_000));
      processes.start(victim);
    }
  }

  private static void awaitHealth(KVStore<String, String> store, String circumstances)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (store.cluster().health() != Health.WHOLE
        || store.cluster().replicas().stream().anyMatch(replica -> replica.lag() > 0)) {
      if (System.nanoTime() > deadline) {
        fail(circumstances + ": " + store.cluster().replicas());
      }
      Thread.sleep(50);
    }
  }

  /** What each member holds: a client of the eventual level looks at the one that it asks. */
  private static Map<NodeId, Map<String, Item<String, String>>> contents(Processes processes) {
    Map<NodeId, Map<String, Item<String, String>>> all = new TreeMap<>();
    try (KVStore<String, String> store =
        processes.client(Consistency.EVENTUAL, Duration.ofSeconds(10))) {
      for (NodeId node : store.cluster().nodes()) {
        Map<String, Item<String, String>> entries = new HashMap<>();
        store.at(node).snapshot().forEach(item -> entries.put(item.key(), item));
        all.put(node, entries);
      }
    }
    return all;
  }
}
