package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Changed;
import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Faults;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One simulated run in which clients write, links and nodes fail, and two watches look on: one
 * stays at a node that never crashes, one goes where it can. In some the store moves from cell to
 * cell, too.
 */
final class WatchedStory {
  private static final NodeId SAFE = NodeId.of(0);
  private static final int OPERATIONS = 40;
  private static final int BLOWS = 8;
  private static final String LAST = "last";

  /** What one operation has changed: its version, and the keys. */
  private record Seen(long version, Set<String> keys) {}

  private final Setup setup;
  private final boolean isMoving;
  private final Set<Replication> replications =
      EnumSet.noneOf(Replication.class); // that it has had
  private boolean mayTakeBack; // what one member had performed alone
  private final SplittableRandom random;
  private final Simulation simulation;
  private final List<Seen> performed = new ArrayList<>(); // by the safe node
  private final Map<String, Long> versions = new HashMap<>(); // there
  private final Set<String> present = new HashSet<>(); // there
  private final List<WatchEvent<String, String>> staying = new ArrayList<>();
  private final List<WatchEvent<String, String>> roaming = new ArrayList<>();
  private boolean isStayingGone;
  private boolean isRoamingGone;
  private boolean isOver;

  WatchedStory(Setup setup, long seed, boolean isMoving) {
    this.setup = setup;
    this.isMoving = isMoving;
    isIn(setup.consistency(), setup.replication());
    random = new SplittableRandom(seed);
    simulation = Simulation.withSeed(seed).trace(this::on);
  }

  private void isIn(Consistency level, Replication by) {
    replications.add(by);
    mayTakeBack |= level == Consistency.EVENTUAL && by == Replication.PRIMARY;
  }

  // What the safe node does

  private void on(TraceEvent event) {
    if (event instanceof TraceEvent.Applied applied && applied.node().equals(SAFE)) {
      Set<String> keys = new TreeSet<>();
      if (applied.ordered().operation() instanceof Write write) {
        note(write, (Answer.Written) applied.answer(), keys);
      } else if (applied.ordered().operation() instanceof Batch batch) {
        Answer.WrittenTogether answers = (Answer.WrittenTogether) applied.answer();
        if (answers.outcome() == Outcome.APPLIED) {
          for (int i = 0; i < batch.writes().size(); i++) {
            note(batch.writes().get(i), answers.parts().get(i), keys);
          }
        }
      }
      long version = applied.ordered().position();
      keys.forEach(key -> versions.put(key, version));
      perform(version, keys);
    } else if (event instanceof TraceEvent.Merged merged && merged.node().equals(SAFE)) {
      List<Pair> sorted = new ArrayList<>(merged.changed());
      sorted.sort(Comparator.comparingLong(pair -> pair.entry().version()));
      TreeMap<Long, Set<String>> newer = new TreeMap<>();
      for (Pair pair : sorted) {
        String key = pair.key().toText();
        if (versions.getOrDefault(key, -1L) < pair.entry().version()) {
          versions.put(key, pair.entry().version());
          if (note(key, !pair.entry().isTombstone()) || !pair.entry().isTombstone()) {
            newer.computeIfAbsent(pair.entry().version(), first -> new TreeSet<>()).add(key);
          }
        }
      }
      newer.forEach(this::perform);
    }
  }

  /** Notes whether a key is there now; answers whether it was before. */
  private boolean note(String key, boolean isThere) {
    return isThere ? !present.add(key) : present.remove(key);
  }

  private void note(Write write, Answer.Written written, Set<String> keys) {
    if (written.outcome() == Outcome.APPLIED
        && !Objects.equals(written.before(), written.after())) {
      keys.add(write.key().toText());
      note(write.key().toText(), written.after() != null);
    }
  }

  private void perform(long version, Set<String> keys) {
    if (!keys.isEmpty()) {
      performed.add(new Seen(version, keys));
    }
  }

  // The run

  /**
   * Plays it, and checks what was told; tells how many events that was, or -1 if history was gone.
   */
  int play() {
    try (KVStore<String, String> store =
            KVStore.builder()
                .consistency(setup.consistency())
                .replication(setup.replication())
                .timeout(Duration.ofSeconds(1))
                .engine(simulation)
                .open();
        Watch<String, String> stays = store.at(SAFE).watch(Scan.all());
        Watch<String, String> roams = store.watch(Scan.all())) {
      store.cluster().network().faults(Faults.NONE.withLoss(0.05).withReordering(0.2));
      for (int client = 0; client < 2; client++) {
        KVStore<String, String> session = store.session();
        simulation.client("writer " + client, () -> write(session));
      }
      simulation.client("nemesis", () -> strike(store));
      simulation.client("staying", () -> isStayingGone = !read(stays, staying));
      simulation.client("roaming", () -> isRoamingGone = !read(roams, roaming));
      simulation.runClients();
      check(store);
    }
    return isRoamingGone ? -1 : roaming.size();
  }

  private void write(KVStore<String, String> session) {
    for (int i = 0; i < OPERATIONS; i++) {
      String key = "k" + random.nextInt(5);
      String other = "k" + random.nextInt(5);
      String value = "" + i;
      try {
        switch (random.nextInt(6)) {
          case 0 -> session.remove(key);
          case 1 -> session.putIfAbsent(key, value);
          case 2 -> session.batch(List.of(Update.put(key, value), Update.put(other, value + "!")));
          default -> session.put(key, value);
        }
      } catch (KVStoreException refusedOrUnknown) {
        simulation.runFor(Duration.ofMillis(100));
      }
      simulation.runFor(Duration.ofMillis(random.nextInt(80)));
    }
  }

  private void strike(KVStore<String, String> store) {
    var cluster = store.cluster();
    for (int i = 0; i < BLOWS; i++) {
      NodeId any = NodeId.of(random.nextInt(3));
      int other = 1 + random.nextInt(2);
      NodeId unsafe = NodeId.of(needsMajority() ? 2 : other);
      switch (random.nextInt(isMoving ? 9 : 5)) {
        case 0 -> cluster.crash(unsafe);
        case 1 -> cluster.restart(unsafe);
        case 2 -> cluster.network().isolate(any);
        case 3 -> cluster.pause(any, Duration.ofMillis(random.nextInt(400)));
        case 5, 6 -> move(cluster);
        case 7, 8 -> cluster.nodes().forEach(cluster::restart);
        default -> cluster.network().heal();
      }
      simulation.runFor(Duration.ofMillis(random.nextInt(900)));
    }
    cluster.network().heal();
    cluster.network().faults(Faults.NONE);
    cluster.nodes().forEach(cluster::restart);
    for (NodeId node : cluster.nodes()) {
      assertThat(cluster.awaitMember(node, Duration.ofSeconds(20)))
          .as(() -> node + " is no member of " + cluster.view(0) + ": " + cluster.replicas())
          .isTrue();
    }
    simulation.runFor(Duration.ofSeconds(8)); // the writers are done
    store.put(LAST, "v");
    simulation.runFor(Duration.ofSeconds(2));
    isOver = true;
  }

  /** Whether what was answered is lost with two of the three nodes. */
  private boolean needsMajority() {
    return isMoving || setup.isKeptByMajority() || setup.goesByMajorities();
  }

  private void move(Cluster cluster) {
    List<Setup> cells = Setup.simulated().filter(Setup::servesSeveralKeys).toList();
    Setup to = cells.get(random.nextInt(cells.size()));
    isIn(to.consistency(), to.replication());
    cluster.reconfigure(to.consistency(), to.replication(), Duration.ZERO);
  }

  private boolean read(Watch<String, String> watch, List<WatchEvent<String, String>> seen) {
    try {
      while (!isOver) {
        watch.poll(Duration.ofMillis(random.nextInt(1, 50))).ifPresent(seen::add);
      }
      while (watch.poll(Duration.ofMillis(100)).map(seen::add).orElse(false)) {}
      return true;
    } catch (HistoryGoneException gone) {
      return false;
    }
  }

  // What must hold

  private void check(KVStore<String, String> store) {
    List<Seen> told = staying.stream().map(WatchedStory::seen).toList();
    if (!mayTakeBack) {
      assertThat(told)
          .as("what was told at %s, of what it performed", SAFE)
          .isEqualTo(isStayingGone ? performed.subList(0, told.size()) : performed);
    }
    checkOnceAndInOrder(staying, true);
    checkOnceAndInOrder(roaming, hasOneOrder());
    if (!isRoamingGone) {
      checkNothingIsMissing(store);
    }
  }

  private static Seen seen(WatchEvent<String, String> event) {
    Set<String> keys = new TreeSet<>();
    event.changes().forEach(change -> keys.add(change.key()));
    return new Seen(event.version(), keys);
  }

  private boolean hasOneOrder() {
    return EnumSet.of(
            Replication.PRIMARY,
            Replication.TOTAL_ORDER,
            Replication.CHAIN,
            Replication.CRAQ,
            Replication.RAFT,
            Replication.LEASEGUARD,
            Replication.SHARED_LOG,
            Replication.LOCKING)
        .containsAll(replications);
  }

  private void checkOnceAndInOrder(
      List<WatchEvent<String, String>> events, boolean isInOrderOfKeys) {
    Map<String, Long> last = new HashMap<>();
    Set<Long> all = new HashSet<>();
    long before = -1;
    for (WatchEvent<String, String> event : events) {
      assertThat(all.add(event.version())).as("%s is told once", event).isTrue();
      assertThat(event.version()).as("%s", event).isGreaterThan(hasOneOrder() ? before : -1);
      before = event.version();
      for (Changed<String, String> change : event.changes()) {
        Long older = last.put(change.key(), event.version());
        boolean isNewer = older == null || older < event.version();
        assertThat(isNewer || !isInOrderOfKeys).as("%s", event).isTrue();
      }
    }
  }

  /**
   * Whoever applies what was told has what the store has; or more, that was lost with a replica.
   */
  private void checkNothingIsMissing(KVStore<String, String> store) {
    Map<String, Long> copy = new HashMap<>();
    Set<String> removed = new HashSet<>();
    for (WatchEvent<String, String> event : roaming) {
      for (Changed<String, String> change : event.changes()) {
        copy.merge(change.key(), event.version(), Math::max);
        if (change.isRemoval()) {
          removed.add(change.key());
        } else {
          removed.remove(change.key());
        }
      }
    }
    Map<String, Long> items = versionsIn(store);
    items.forEach(
        (key, version) -> {
          long known = copy.getOrDefault(key, -1L);
          assertThat(known).as("%s", key).isGreaterThanOrEqualTo(version);
          if (hasOneOrder()) {
            assertThat(known).as("%s", key).isEqualTo(version);
          }
        });
    if (hasOneOrder()) {
      copy.keySet().removeAll(removed);
      assertThat(copy.keySet()).containsExactlyInAnyOrderElementsOf(items.keySet());
    }
    assertThat(items).containsKey(LAST);
  }

  private Map<String, Long> versionsIn(KVStore<String, String> store) {
    Map<String, Long> all = new TreeMap<>();
    if (setup.servesSeveralKeys()) {
      store.snapshot().forEach(item -> all.put(item.key(), item.version()));
    } else {
      for (String key : List.of("k0", "k1", "k2", "k3", "k4", LAST)) {
        store.getVersioned(key).ifPresent(found -> all.put(key, found.version()));
      }
    }
    return all;
  }
}
