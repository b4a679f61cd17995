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

/** Raft: a majority goes on by itself, in the same view, and what only a minority has is redone. */
public final class RaftLesson {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);

  private RaftLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "RAFT: any two majorities share a member, so none is ever forgotten");
    Simulation simulation =
        Simulation.withSeed(1)
            .links(new Faults(Delay.fixed(Duration.ofMillis(1)), 0, 0, 0)); // for each hop
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(LINEARIZABLE)
            .replication(Replication.RAFT)
            .engine(simulation)
            .open()) {
      Session<String, String> ana = store.at(FIRST);
      Session<String, String> bob = store.at(SECOND);
      Session<String, String> cem = store.at(THIRD);

      simulation.runFor(Duration.ofMillis(4));
      board.note("n0 was elected; each hop takes a millisecond");
      board.writes("ana at n0", "put price=1", () -> ana.put("price", "1"), "a round trip");
      board.asks("ana at n0", "get price", () -> ana.get("price"), "a majority confirms it");
      board.asks("bob at n1", "get price", () -> bob.get("price"), "n0 is asked first");

      board.note("n0 is cut off, and the coordinator crashes");
      store.cluster().network().isolate(FIRST);
      store.cluster().crash(NodeId.COORDINATOR);
      long epoch = store.cluster().view(0).epoch();
      board.writes("bob at n1", "put price=2", () -> bob.put("price", "2"), "n1 is elected");
      board.asks("cem at n2", "get price", () -> cem.get("price"), "n1 confirms it with n2");
      board.asks("ana at n0", "get price", () -> ana.get("price"), "n0 finds no majority");
      board.note("views since: " + (store.cluster().view(0).epoch() - epoch));

      board.note("the links are healed, and the coordinator is back");
      store.cluster().network().heal();
      store.cluster().restart(NodeId.COORDINATOR);
      board.asks("ana at n0", "get price", () -> ana.get("price"), "n0 follows n1");

      board.note("n1 crashes, and comes back without its memory");
      store.cluster().crash(SECOND);
      board.writes("cem at n2", "put price=3", () -> cem.put("price", "3"), "the next is elected");
      store.cluster().restart(SECOND);
      store.cluster().awaitMember(SECOND, Duration.ofSeconds(5));
      board.note("n1 is taken in with a view of its own");
      board.asks("bob at n1", "get price", () -> bob.get("price"), "");
    }
  }
}
