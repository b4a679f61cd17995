package io.kvstore.examples;

import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import java.io.PrintStream;
import java.time.Duration;

/** Tables: one cluster that holds accounts at the strongest level, and visits at the weakest. */
public final class TablesLesson {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId THIRD = NodeId.of(2);

  private TablesLesson() {}

  /** Prints the lesson. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    Blackboard.title(out, "TABLES: each key space has the level that it needs");
    Simulation simulation = Simulation.withSeed(1);
    Blackboard board = new Blackboard(out, simulation);
    try (KVStore<String, String> store =
        KVStore.builder().timeout(Duration.ofMillis(100)).engine(simulation).open()) {
      KVStore<String, Long> accounts = store.table("accounts", table -> table.values(Codecs.LONG));
      KVStore<String, Long> visits =
          store.table(
              "visits", table -> table.values(Codecs.LONG).consistency(Consistency.EVENTUAL));
      board.note("tables are " + store.tables() + ", on the same nodes");
      board.writes("ana", "accounts: put ana=10", () -> accounts.put("ana", 10L), "all hold it");
      board.writes(
          "ana", "visits: add home 1", () -> visits.add("home", 1), "one replica does, for now");

      board.note("n2 is cut off from the others");
      simulation.runFor(Duration.ofMillis(10));
      store.cluster().network().isolate(THIRD);
      board.writes(
          "bob at n2",
          "visits: add home 1",
          () -> visits.at(THIRD).add("home", 1),
          "any replica goes on");
      board.writes(
          "bob at n2",
          "accounts: add bob 5",
          () -> accounts.at(THIRD).add("bob", 5),
          "rather nothing than something wrong");

      board.note("the link is healed");
      store.cluster().network().heal();
      simulation.runFor(Duration.ofSeconds(2));
      board.asks(
          "ana at n0",
          "visits: get home",
          () -> visits.at(FIRST).get("home").map(String::valueOf),
          "the same everywhere");
      board.asks(
          "ana at n0",
          "accounts: get ana",
          () -> accounts.at(FIRST).get("ana").map(String::valueOf),
          "");
      store.dropTable("visits");
      board.note("visits is dropped: tables are " + store.tables());
    }
  }
}
