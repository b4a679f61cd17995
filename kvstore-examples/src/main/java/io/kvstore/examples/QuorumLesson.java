package io.kvstore.examples;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * QUORUM: registers that any member reads and writes with a majority, and copies of which the
 * newest of as many as one likes counts; a crash costs no time.
 */
public final class QuorumLesson {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final int SEEDS = 50;
  private static final int WRITES = 200;

  private QuorumLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
    teachCopies(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "QUORUM: no member is special, and none is missed");
    Simulation simulation = simulation(1, Delay.fixed(Duration.ofMillis(1)));
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store = open(simulation, Replication.QUORUM)) {
      Session<String, String> ana = store.at(FIRST);
      Session<String, String> bob = store.at(SECOND);
      Session<String, String> cem = store.at(THIRD);

      simulation.runFor(Duration.ofMillis(4));
      board.note("each hop takes a millisecond");
      board.writes("ana at n0", "put price=1", () -> ana.put("price", "1"), "promised, accepted");
      board.asks("bob at n1", "get price", () -> bob.get("price"), "a majority says the same");

      board.note("n0 crashes, and the coordinator with it");
      long epoch = store.cluster().view(0).epoch();
      store.cluster().crash(FIRST);
      store.cluster().crash(NodeId.COORDINATOR);
      board.writes("bob at n1", "put price=2", () -> bob.put("price", "2"), "n2 is enough");
      board.asks("cem at n2", "get price", () -> cem.get("price"), "");
      board.note("views since: " + (store.cluster().view(0).epoch() - epoch));

      board.note("the coordinator is back, and n0 without its memory");
      store.cluster().restart(NodeId.COORDINATOR);
      store.cluster().restart(FIRST);
      store.cluster().awaitMember(FIRST, Duration.ofSeconds(5));
      board.asks("ana at n0", "get price", () -> ana.get("price"), "a view has brought it");
    }
    for (Replication how : new Replication[] {Replication.PRIMARY, Replication.QUORUM}) {
      board.note(
          "longest time without an answered write, of "
              + SEEDS
              + " crashes, by "
              + how
              + ": "
              + longestGap(how).toMillis()
              + " ms");
    }
  }

  /** At EVENTUAL: hints, repairs and anti-entropy bring a member what it has missed. */
  static void teachCopies(PrintStream out) {
    Blackboard.title(out, "QUORUM at EVENTUAL: the newest of as many as you say");
    Simulation simulation = simulation(1, Delay.fixed(Duration.ofMillis(1)));
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store = copies(simulation)) {
      Session<String, String> ana = store.at(FIRST);
      Session<String, String> bob = store.at(SECOND);
      Session<String, String> cem = store.at(THIRD);

      simulation.runFor(Duration.ofMillis(4));
      board.note("of three members a write waits for two, and a read asks two");
      board.writes("ana at n0", "put cart=tea", () -> ana.put("cart", "tea"), "a round trip");
      board.asks("bob at n1", "get cart", () -> bob.get("cart"), "the newest of two");

      board.note("n2 is cut off, and misses a write");
      store.cluster().network().isolate(THIRD);
      board.writes("ana at n0", "put cart=milk", () -> ana.put("cart", "milk"), "n1 has it");
      board.asks("cem at n2", "look at cart", () -> heldBy(cem), "all that it has itself");
      store.cluster().network().heal();
      simulation.runFor(Duration.ofMillis(30));
      board.asks("cem at n2", "look at cart", () -> heldBy(cem), "n0 had kept a hint");

      board.note("n0 and n2 hear nothing of each other");
      store.cluster().network().cut(FIRST, THIRD);
      board.writes("ana at n0", "put cart=rice", () -> ana.put("cart", "rice"), "n1 has it");
      board.asks("cem at n2", "look at cart", () -> heldBy(cem), "");
      board.asks("cem at n2", "get cart", () -> cem.get("cart"), "n1 tells, and n2 is repaired");
      board.asks("cem at n2", "look at cart", () -> heldBy(cem), "");

      board.note("n0 writes once more, and is lost with its hints");
      board.writes("ana at n0", "put cart=figs", () -> ana.put("cart", "figs"), "n1 has it");
      store.cluster().crash(FIRST);
      board.asks("cem at n2", "look at cart", () -> heldBy(cem), "");
      simulation.runFor(Duration.ofSeconds(3));
      board.asks("cem at n2", "look at cart", () -> heldBy(cem), "n1 and n2 have compared");
    }
  }

  private static KVStore<String, String> copies(Simulation simulation) {
    return KVStore.builder()
        .consistency(EVENTUAL)
        .replication(Replication.QUORUM)
        .acks(2)
        .readsFrom(2)
        .engine(simulation)
        .open();
  }

  /** Ranges are listed as the member has them that is asked. */
  private static Optional<String> heldBy(Session<String, String> session) {
    return session.scan(Scan.all()).stream().findFirst().map(Item::value);
  }

  private static Simulation simulation(long seed, Delay delay) {
    return Simulation.withSeed(seed).links(new Faults(delay, 0, 0, 0));
  }

  private static KVStore<String, String> open(Simulation simulation, Replication how) {
    return KVStore.builder().consistency(LINEARIZABLE).replication(how).engine(simulation).open();
  }

  private static Duration longestGap(Replication how) {
    long[] gaps = LongStream.rangeClosed(1, SEEDS).map(seed -> gap(seed, how)).toArray();
    return Duration.ofNanos(Arrays.stream(gaps).max().orElseThrow());
  }

  /** One node after the other crashes while a client of the last node writes. */
  private static long gap(long seed, Replication how) {
    Simulation simulation = simulation(seed, Delay.exponential(Duration.ofMillis(1)));
    try (KVStore<String, String> store = open(simulation, how)) {
      Session<String, String> writer = store.at(THIRD);
      long answered = simulation.elapsed().toNanos();
      long longest = 0;
      for (int i = 0; i < WRITES; i++) {
        if (i == WRITES / 2) {
          store.cluster().crash(seed % 2 == 0 ? FIRST : SECOND);
        }
        putUntilDone(writer, "k" + i % 3, "v" + i);
        long now = simulation.elapsed().toNanos();
        longest = i == 0 ? 0 : Math.max(longest, now - answered); // the first waits for a view
        answered = now;
      }
      return longest;
    }
  }

  private static void putUntilDone(Session<String, String> writer, String key, String value) {
    while (true) {
      try {
        writer.put(key, value);
        return;
      } catch (KVStoreException refused) {
        // asked again
      }
    }
  }
}
