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

/** Chain replication, and CRAQ: who answers, how long that takes, and what a lost tail costs. */
public final class ChainLesson {
  private static final NodeId HEAD = NodeId.of(0);
  private static final NodeId MIDDLE = NodeId.of(1);
  private static final NodeId TAIL = NodeId.of(2);

  private ChainLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "CHAIN: what the tail has every member has, so the tail may show it");
    teachChain(out);
    Blackboard.title(out, "CRAQ: every member shows what is clean, and asks the tail of the rest");
    teachCraq(out);
  }

  private static Simulation inMilliseconds() {
    return Simulation.withSeed(1)
        .links(new Faults(Delay.fixed(Duration.ofMillis(1)), 0, 0, 0)); // for each hop
  }

  private static KVStore<String, String> open(Replication by, Simulation simulation) {
    return KVStore.builder().consistency(LINEARIZABLE).replication(by).engine(simulation).open();
  }

  private static void teachChain(PrintStream out) {
    Simulation simulation = inMilliseconds();
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store = open(Replication.CHAIN, simulation)) {
      Session<String, String> ana = store.at(HEAD);
      Session<String, String> bob = store.at(TAIL);
      Session<String, String> cem = store.at(MIDDLE);

      board.note("the chain is n0, n1, n2; each hop takes a millisecond");
      board.writes("ana at n0", "put price=1", () -> ana.put("price", "1"), "two down, two up");
      board.asks("bob at n2", "get price", () -> bob.get("price"), "at once: the tail knows");
      board.asks("cem at n1", "get price", () -> cem.get("price"), "n1 asks the tail");

      board.note("the tail crashes");
      store.cluster().crash(TAIL);
      board.writes("ana at n0", "put price=2", () -> ana.put("price", "2"), "once n1 is the tail");
      simulation.runFor(Duration.ofMillis(200));
      board.note("n1 is the tail, and holds a lease");
      board.asks("cem at n1", "get price", () -> cem.get("price"), "at once, like any tail");

      board.note("n2 comes back, and joins at the end");
      store.cluster().restart(TAIL);
      store.cluster().awaitMember(TAIL, Duration.ofSeconds(5));
      board.note("the chain is " + store.cluster().view(0).members());
      board.asks("bob at n2", "get price", () -> bob.get("price"), "the tail has everything");
    }
  }

  private static void teachCraq(PrintStream out) {
    Simulation simulation = inMilliseconds();
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store = open(Replication.CRAQ, simulation)) {
      Session<String, String> ana = store.at(HEAD);
      Session<String, String> dora = store.at(HEAD);

      board.writes("ana at n0", "put price=1", () -> ana.put("price", "1"), "");
      board.asks("dora at n0", "get price", () -> dora.get("price"), "at once: it is clean");

      board.note("n1 and n2 are cut off from each other, and ana puts price=2");
      store.cluster().network().cut(MIDDLE, TAIL);
      CompletableFuture<Void> write = ana.async().put("price", "2");
      simulation.runFor(Duration.ofMillis(3));
      board.asks("dora at n0", "get price", () -> dora.get("price"), "dirty: n0 asks the tail");
      board.asks("dora at n0", "get stock", () -> dora.get("stock"), "at once: it is clean");

      board.note("the link is healed");
      store.cluster().network().heal();
      simulation.runUntilDone(write);
      board.asks("dora at n0", "get price", () -> dora.get("price"), "clean again");
    }
  }
}
