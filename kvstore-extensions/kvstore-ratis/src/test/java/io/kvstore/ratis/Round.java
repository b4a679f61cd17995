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

/**
 * Five clients use members in processes of their own while something happens to those. What the
 * clients saw is judged by the promise of their level, and in the end all members must hold the
 * same.
 */
final class Round {
  private static final int CLIENTS = 5;
  private static final int KEYS = 5;

  private final Processes processes;
  private final Consistency level;
  private final String name;
  private final String circumstances;

  /**
   * A round.
   *
   * @param name what its keys are called by
   * @param circumstances what a failure is told with
   */
  Round(Processes processes, Consistency level, String name, String circumstances) {
    this.processes = processes;
    this.level = level;
    this.name = name;
    this.circumstances = circumstances;
  }

  /** What happens to the members. */
  interface Fault {
    void strike(KVStore<String, String> store) throws Exception;
  }

  /**
   * Lets clients ask so many operations while faults strike, at least so many of them.
   *
   * @param random decides what the clients ask
   */
  void play(int operations, int leastFaults, Random random, Fault fault) throws Exception {
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
        clients.add(new Thread(() -> use(store.session(), client, own, asked, answered, isOver)));
      }
      clients.forEach(Thread::start);
      int faults = 0;
      try {
        while (asked.get() < operations || faults < leastFaults) {
          fault.strike(store);
          faults++;
        }
      } finally {
        isOver.set(true);
        for (Thread client : clients) {
          client.join();
        }
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
      assertThat(answered.get()).as(circumstances).isGreaterThan(operations / 4);
      contents = contents(processes);
    }
    judge(recorder, contents);
  }

  /**
   * What the level promises, and what every level does here: all members hold the same in the end,
   * nothing that was answered is lost, and all writes are in the one order of the log.
   */
  private void judge(Recorder recorder, Map<NodeId, Map<String, Item<String, String>>> contents) {
    History history = recorder.history();
    assertThat(recorder.wrongAnswers()).as(circumstances).isEmpty();
    assertThat(history).as(circumstances).is(level);
    if (level == Consistency.CAUSAL) { // the stronger ones imply them
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        assertThat(history).as(circumstances).has(guarantee);
      }
    }
    assertThat(history.only(row -> history.kind(row) != Kind.READ))
        .as("the writes of " + circumstances)
        .isLinearizable();
    assertHolds(Convergence.checkAgreement(contents));
    Map<String, Item<String, String>> atOne = contents.values().iterator().next();
    assertHolds(
        Convergence.checkKept(
            history,
            key -> {
              Item<String, String> item = atOne.get(String.valueOf(key));
              return item == null ? OptionalLong.empty() : OptionalLong.of(item.version());
            }));
  }

  private void assertHolds(Verdict verdict) {
    assertThat(verdict.holds()).as("%s: %s", circumstances, verdict).isTrue();
  }

  private void use(
      Session<String, String> session,
      int client,
      Random random,
      AtomicInteger asked,
      AtomicInteger answered,
      AtomicBoolean isOver) {
    for (int i = 0; !isOver.get(); i++) {
      String key = name + " key " + random.nextInt(KEYS);
      String value = name + "." + client + "." + i;
      try {
        switch (random.nextInt(6)) {
          case 0, 1 -> session.put(key, value);
          case 2 -> session.putIfAbsent(key, value);
          case 3 -> putOrRemove(session, key, value);
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
  private void putOrRemove(Session<String, String> session, String key, String value) {
    if (level == Consistency.CAUSAL) {
      session.put(key, value);
    } else {
      session.remove(key);
    }
  }

  /** Waits until every member has what there is. */
  static void awaitHealth(KVStore<String, String> store, String circumstances)
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
