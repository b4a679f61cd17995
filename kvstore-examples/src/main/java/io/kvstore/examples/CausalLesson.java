package io.kvstore.examples;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Causal: never an effect before its cause; what has nothing to do with each other, in any order.
 */
public final class CausalLesson {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);

  private CausalLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "CAUSAL: never a reply before its question");
    aReplyWithoutItsQuestion(out, Consistency.EVENTUAL);
    out.println();
    aReplyWithoutItsQuestion(out, Consistency.CAUSAL);
    out.println();
    concurrentWritesInDifferentOrders(out);
  }

  /** Ana asks at n0, bob replies at n1, and n2 hears of the reply first. */
  private static void aReplyWithoutItsQuestion(PrintStream out, Consistency level) {
    Simulation simulation = Simulation.withSeed(3);
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(level).engine(simulation).open()) {
      Session<String, String> ana = store.at(N0);
      Session<String, String> bob = store.at(N1);
      Session<String, String> cem = store.at(N2);

      board.note("a store that is " + level + "; what n0 sends to n2 is lost");
      store.cluster().network().cutOneWay(N0, N2);
      board.writes("ana at n0", "put question=Tea?", () -> ana.put("question", "Tea?"), "");
      simulation.runFor(Duration.ofMillis(1));
      board.asks("bob at n1", "get question", () -> bob.get("question"), "");
      board.writes("bob at n1", "put reply=Yes!", () -> bob.put("reply", "Yes!"), "");
      simulation.runFor(Duration.ofMillis(1));
      if (level == Consistency.EVENTUAL) {
        board.asks("cem at n2", "get reply", () -> cem.get("reply"), "");
        board.asks(
            "cem at n2", "get question", () -> cem.get("question"), "what is bob talking about?");
        return;
      }
      board.asks("cem at n2", "get reply", () -> cem.get("reply"), "n2 has it, but keeps it back");
      board.asks("cem at n2", "get question", () -> cem.get("question"), "");
      takeAPositionAlong(board, store, bob.position());

      board.note("the link is healed");
      store.cluster().network().heal();
      simulation.runFor(Duration.ofMillis(100));
      board.asks("cem at n2", "get reply", () -> cem.get("reply"), "");
      board.asks("cem at n2", "get question", () -> cem.get("question"), "both, or neither");
    }
  }

  /**
   * What a session has seen is a value: a session that gets it is shown nothing older, anywhere.
   */
  private static void takeAPositionAlong(
      Blackboard board, KVStore<String, String> store, Position bobs) {
    Session<String, String> dora =
        store.session(Position.parse(bobs.toString())).at(N2).withTimeout(Duration.ofMillis(30));
    board.asks(
        "dora at n2",
        "get question",
        () -> dora.get("question"),
        "she has bob's position: rather none than an old answer");
  }

  /** Two writes that do not know of each other, seen in one order here, in the other there. */
  private static void concurrentWritesInDifferentOrders(PrintStream out) {
    Simulation simulation = Simulation.withSeed(4);
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.CAUSAL).engine(simulation).open()) {
      Session<String, String> ana = store.at(N0);
      Session<String, String> cem = store.at(N2);
      Network network = store.cluster().network();

      board.note("a new CAUSAL store; n0 and n2 hear nothing of each other");
      network.cut(N0, N2);
      board.writes("ana at n0", "put tea=hot", () -> ana.put("tea", "hot"), "");
      board.writes("cem at n2", "put cake=sweet", () -> cem.put("cake", "sweet"), "");
      board.asks("ana at n0", "get cake", () -> ana.get("cake"), "here the tea comes first");
      board.asks(
          "cem at n2",
          "get tea",
          () -> cem.get("tea"),
          "here the cake: allowed, neither is the cause");
      network.heal();
      simulation.runFor(Duration.ofMillis(100));
      board.asks("ana at n0", "get cake", () -> ana.get("cake"), "");
      board.asks("cem at n2", "get tea", () -> cem.get("tea"), "in the end everybody has both");
    }
  }
}
