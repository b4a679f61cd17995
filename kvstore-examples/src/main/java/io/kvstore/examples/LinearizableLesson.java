package io.kvstore.examples;

import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Linearizable: the replicas behave like one map. What that gives, and what it costs. */
public final class LinearizableLesson {
  private static final NodeId N0 = NodeId.of(0); // the primary
  private static final NodeId N2 = NodeId.of(2);

  private LinearizableLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(
        out, "LINEARIZABLE: no read is ever old, and a write that is not safe is refused");
    Simulation simulation = Simulation.withSeed(1);
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(LINEARIZABLE)
            .timeout(Duration.ofSeconds(1))
            .failover(Failover.byHand()) // or else the others would go on without n2
            .engine(simulation)
            .open()) {
      Session<String, String> ana = store.at(N0);
      Session<String, String> bob = store.at(N2);

      board.writes("ana at n0", "put seat=free", () -> ana.put("seat", "free"), "");
      board.asks("bob at n2", "get seat", () -> bob.get("seat"), "n2 asks the primary");
      countOldReads(board, simulation, ana, bob);

      board.note("n2 is cut off from the others");
      store.cluster().network().isolate(N2);
      board.writes(
          "ana at n0",
          "put seat=ana",
          () -> ana.put("seat", "ana"),
          "no answer of n2 in time: it may be applied yet");
      board.writes(
          "ana at n0",
          "put seat=nobody",
          () -> ana.put("seat", "nobody"),
          "at once, and certainly not applied");
      board.asks("ana at n0", "get seat", () -> ana.get("seat"), "what nobody can lose any more");
      board.asks(
          "bob at n2", "get seat", () -> bob.get("seat"), "rather no answer than an old one");

      board.note("the links are healed");
      store.cluster().network().heal();
      simulation.runFor(Duration.ofMillis(100));
      board.asks("bob at n2", "get seat", () -> bob.get("seat"), "the unknown write was applied");
    }
  }

  /** Reads at n2 after each write at n0: once as weak as can be, once as strong as the store. */
  private static void countOldReads(
      Blackboard board,
      Simulation simulation,
      Session<String, String> writer,
      Session<String, String> reader) {
    int writes = 1000;
    int oldWhenWeak = 0;
    int old = 0;
    for (int i = 0; i < writes; i++) {
      Optional<String> written = Optional.of("price " + i);
      writer.put("price", written.get());
      simulation.runFor(Duration.ofNanos(200_000));
      oldWhenWeak += reader.get("price", EVENTUAL).equals(written) ? 0 : 1;
      old += reader.get("price").equals(written) ? 0 : 1;
    }
    board.note("ana writes %d times, and bob reads after each: %d old".formatted(writes, old));
    board.note(
        "the same with get(key, EVENTUAL), which n2 answers alone: %d old".formatted(oldWhenWeak));
  }
}
