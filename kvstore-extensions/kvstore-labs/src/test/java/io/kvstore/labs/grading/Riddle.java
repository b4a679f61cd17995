package io.kvstore.labs.grading;

import static io.kvstore.Consistency.SEQUENTIAL;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.labs.wrong.Planted;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The run that is drawn for lab 6.
 *
 * @param history what the clients saw
 * @param verdicts which levels it keeps
 * @param drawing with all messages
 */
record Riddle(History history, Map<String, Verdict> verdicts, Drawing drawing) {
  private static final NodeId N0 = NodeId.of(0);
  private static final NodeId N1 = NodeId.of(1);
  private static final NodeId N2 = NodeId.of(2);

  static Riddle play() {
    Simulation simulation = Simulation.withSeed(6);
    Recorder recorder = new Recorder();
    List<TraceEvent> events = new ArrayList<>();
    Simulation traced = simulation.trace(events::add).protocol(Planted::new);
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(SEQUENTIAL)
            .replication(Replication.PRIMARY)
            .replicas(3)
            .engine(recorder.around(traced))
            .open()) {
      play(traced, store);
    }
    Budget budget = new Budget(Duration.ofSeconds(5), 64L << 20);
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (Consistency level : List.of(SEQUENTIAL, Consistency.CAUSAL, Consistency.EVENTUAL)) {
      String name = level.name().toLowerCase(Locale.ROOT);
      verdicts.put(name, Levels.check(level, recorder.history(), budget));
    }
    Drawing drawing =
        Drawing.of(recorder)
            .title("Lab 6: a store that was to be sequential")
            .levels(verdicts)
            .events(events, Simulation.BEGINNING_NANOS);
    return new Riddle(recorder.history(), verdicts, drawing);
  }

  private static void play(Simulation simulation, KVStore<String, String> store) {
    Session<String, String> ana = store.at(N0);
    Session<String, String> bob = store.at(N1);
    Session<String, String> cem = store.at(N2);
    ana.put("seat", "free");
    simulation.runFor(Duration.ofMillis(2));
    store.cluster().network().cutOneWay(N0, N2);
    CompletableFuture<Void> unanswered = ana.async().put("seat", "ana");
    simulation.runFor(Duration.ofMillis(1));
    bob.get("seat");
    simulation.runFor(Duration.ofMillis(1));
    store.cluster().crash(N0);
    store.cluster().crash(N1);
    simulation.runFor(Duration.ofSeconds(2));
    cem.put("row", "12");
    bob.at(N2).get("seat");
    simulation.runUntilDone(unanswered); // its time runs out
  }
}
