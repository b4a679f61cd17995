package io.kvstore.examples;

import static io.kvstore.Consistency.SEQUENTIAL;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sequential: all clients see the same writes in the same order, some later than others. */
public final class SequentialLesson {
  private static final NodeId N0 = NodeId.of(0); // the primary
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);

  private SequentialLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(
        out, "SEQUENTIAL: one order of all writes for everybody; a read may lag behind");
    Simulation simulation = Simulation.withSeed(2);
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder().consistency(SEQUENTIAL).engine(simulation).open()) {
      Session<String, String> ana = store.at(N0);
      Session<String, String> bob = store.at(N2);
      Session<String, String> cem = store.at(N0);

      store.put("price", "1");
      simulation.runFor(Duration.ofMillis(10));
      board.note("price is 1 everywhere; from now on messages from n0 to n2 take 50 ms");
      store.cluster().network().faults(N0, N2, slow());

      board.writes(
          "ana at n0", "put price=2", () -> ana.put("price", "2"), "every replica holds it");
      board.asks(
          "bob at n2",
          "get price",
          () -> bob.get("price"),
          "old: allowed, n2 has not shown it yet");
      board.asks(
          "cem at n0", "get price", () -> cem.get("price"), "new: replicas need not agree on now");
      board.asks(
          "cem at n2",
          "get price",
          () -> cem.at(N2).get("price"),
          "waited for n2: nobody goes back in time");
      board.writes(
          "bob at n2", "put price=3", () -> bob.put("price", "3"), "answered once n2 shows it");
      board.asks(
          "bob at n2", "get price", () -> bob.get("price"), "one's own writes are always seen");

      lookOnWhileSheWrites(board, simulation, ana, store.at(N1), store.at(N2));
    }
  }

  private static void lookOnWhileSheWrites(
      Blackboard board,
      Simulation simulation,
      Session<String, String> writer,
      Session<String, String> onlookerAtN1,
      Session<String, String> onlookerAtN2) {
    board.note("ana writes 4 5 6 7 8, and two look on, every 20 ms");
    List<String> atN1 = new ArrayList<>();
    List<String> atN2 = new ArrayList<>();
    CompletableFuture<Void> lastWrite = CompletableFuture.completedFuture(null);
    for (int price = 4; !lastWrite.isDone() || price < 14; price++) {
      if (price < 9) {
        lastWrite = writer.async().put("price", Integer.toString(price));
      }
      simulation.runFor(Duration.ofMillis(20));
      atN1.add(onlookerAtN1.get("price").orElseThrow());
      atN2.add(onlookerAtN2.get("price").orElseThrow());
    }
    board.note("    at n1 they see  " + String.join(" ", atN1));
    board.note("    at n2 they see  " + String.join(" ", atN2) + "   later, but in the same order");
  }

  private static Faults slow() {
    return Faults.NONE.withDelay(Delay.fixed(Duration.ofMillis(50)));
  }
}
