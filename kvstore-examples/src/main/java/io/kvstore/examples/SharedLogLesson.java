package io.kvstore.examples;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A shared log: some members keep it, all fetch from it, many entries at once. */
public final class SharedLogLesson {
  private static final NodeId SEQUENCER = NodeId.of(0);
  private static final NodeId KEEPER = NodeId.of(1);
  private static final NodeId OTHER = NodeId.of(2);
  private static final int FIRST = 2;
  private static final int LAST = 31;

  private SharedLogLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "SHARED_LOG: a majority keeps it, and the others fetch when they like");
    Simulation simulation =
        Simulation.withSeed(1)
            .links(new Faults(Delay.fixed(Duration.ofMillis(1)), 0, 0, 0)); // for each hop
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(LINEARIZABLE)
            .replication(Replication.SHARED_LOG)
            .engine(simulation)
            .open()) {
      Session<String, String> ana = store.at(SEQUENCER);
      Session<String, String> bob = store.at(KEEPER);
      Session<String, String> cem = store.at(OTHER);

      board.note("n0 and n1 keep the log; each hop takes a millisecond");
      board.writes("ana at n0", "put count=1", () -> ana.put("count", "1"), "n1 stores it, too");
      board.asks("cem at n2", "look at count", () -> cem.get("count", EVENTUAL), "as it is here");
      board.asks("cem at n2", "get count", () -> cem.get("count"), "n2 fetches up to the tail");

      simulation.runFor(Duration.ofMillis(100));
      board.note("ana puts count=2 to count=31, all at once");
      long before = store.cluster().replica(OTHER, 0).traffic().sent();
      List<CompletableFuture<Void>> writes =
          IntStream.rangeClosed(FIRST, LAST)
              .mapToObj(count -> ana.async().put("count", Integer.toString(count)))
              .toList();
      writes.forEach(simulation::runUntilDone);
      board.note("they are answered; n2 is told once, and waits for more");
      simulation.runFor(Duration.ofMillis(100));
      long messages = store.cluster().replica(OTHER, 0).traffic().sent() - before;
      board.note("messages of n2 for all of them: " + messages);
      board.asks("cem at n2", "look at count", () -> cem.get("count", EVENTUAL), "as it is here");

      board.note("the sequencer crashes");
      store.cluster().crash(SEQUENCER);
      board.writes("bob at n1", "put count=32", () -> bob.put("count", "32"), "n1 has kept it all");
      board.asks("cem at n2", "get count", () -> cem.get("count"), "");
    }
  }
}
