package io.kvstore.examples;

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
import java.util.concurrent.CompletableFuture;

/** LOCKING: locks that are kept, called back, and lost with their holder. */
public final class LockingLesson {
  private static final NodeId SERVICE = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  private LockingLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "LOCKING: write everywhere under a lock, read here under a lock");
    Simulation simulation =
        Simulation.withSeed(1)
            .links(new Faults(Delay.fixed(Duration.ofMillis(1)), 0, 0, 0)); // for each hop
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(LINEARIZABLE)
            .replication(Replication.LOCKING)
            .engine(simulation)
            .open()) {
      Session<String, String> ana = store.at(SERVICE);
      Session<String, String> bob = store.at(SECOND);
      Session<String, String> cem = store.at(THIRD);

      simulation.runFor(Duration.ofMillis(10));
      board.note("n0 is the lock service; each hop takes a millisecond");
      board.writes("bob at n1", "put seat=free", () -> bob.put("seat", "free"), "lock, then all");
      simulation.runFor(Duration.ofMillis(10));
      board.asks("cem at n2", "get seat", () -> cem.get("seat"), "asks for a read lock");
      board.asks("cem at n2", "get seat", () -> cem.get("seat"), "has it: no message");
      board.writes("ana at n0", "put seat=ana", () -> ana.put("seat", "ana"), "calls it back");
      board.asks("cem at n2", "get seat", () -> cem.get("seat"), "asks again");
      board.asks("cem at n2", "get seat", () -> cem.get("seat"), "");

      simulation.runFor(Duration.ofMillis(10));
      board.note("bob writes at n1, which crashes before its lock is free");
      CompletableFuture<Void> write = bob.async().put("seat", "bob");
      simulation.runFor(Duration.ofNanos(5_500_000)); // recalled, granted, stored
      store.cluster().crash(SECOND);
      board.writes("ana at n0", "append +", () -> ana.append("seat", "+"), "waits for a view");
      board.asks("cem at n2", "get seat", () -> cem.get("seat"), "bob's is on all, or on none");
      board.note("bob's write " + (write.isCompletedExceptionally() ? "is unknown" : "is done"));

      board.note("n1 is back, without its memory and its locks");
      store.cluster().restart(SECOND);
      store.cluster().awaitMember(SECOND, Duration.ofSeconds(5));
      board.asks("bob at n1", "get seat", () -> bob.get("seat"), "");
    }
  }
}
