package io.kvstore.examples;

import static io.kvstore.Consistency.EVENTUAL;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Eventual: every replica answers at once and on its own; in the end all of them agree. */
public final class EventualLesson {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N2 = NodeId.of(2);

  private EventualLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "EVENTUAL: always an answer, and in the end the same one everywhere");
    Simulation simulation = Simulation.withSeed(5);
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(EVENTUAL).engine(simulation).open()) {
      Session<String, String> ana = store.at(N0);
      Session<String, String> bob = store.at(N2);

      board.writes("ana at n0", "put note=old", () -> ana.put("note", "old"), "");
      simulation.runFor(Duration.ofMillis(10));
      board.note("n2 is cut off from the others, and nobody is refused");
      store.cluster().network().isolate(N2);
      board.writes("ana at n0", "put color=red", () -> ana.put("color", "red"), "");
      board.writes("bob at n2", "put color=blue", () -> bob.put("color", "blue"), "");
      board.asks("ana at n0", "get color", () -> ana.get("color"), "");
      board.asks("bob at n2", "get color", () -> bob.get("color"), "they disagree");
      board.asks("ana at n0", "add 1 to visits", () -> sum(ana), "");
      board.asks("bob at n2", "add 1 to visits", () -> sum(bob), "");
      board.writes("ana at n0", "remove note", () -> ana.remove("note"), "");
      board.asks("bob at n2", "get note", () -> bob.get("note"), "he has not heard of it");

      board.note("the links are healed");
      store.cluster().network().heal();
      simulation.runFor(Duration.ofMillis(100));
      board.asks("ana at n0", "get color", () -> ana.get("color"), "the last writer wins,");
      board.asks(
          "bob at n2", "get color", () -> bob.get("color"), "by a rule that all apply alike");
      board.asks(
          "bob at n2",
          "get visits",
          () -> bob.get("visits"),
          "one visit is lost: count at a stronger level");
      board.asks(
          "bob at n2", "get note", () -> bob.get("note"), "what was removed does not come back");
    }
  }

  private static Optional<String> sum(Session<String, String> client) {
    return Optional.of(Long.toString(client.add("visits", 1)));
  }
}
