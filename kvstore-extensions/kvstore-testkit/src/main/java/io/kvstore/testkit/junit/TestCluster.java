package io.kvstore.testkit.junit;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Engine;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The store of one test, with what belongs to it. */
final class TestCluster {
  private static final int MOST_EVENTS = 50_000; // more would make the page too large
  private static final Path DRAWINGS = Path.of("target", "kvstore");

  private final KVCluster wanted;
  private final long seed;
  private final Recorder recorder = new Recorder();
  private final List<TraceEvent> events = new ArrayList<>();
  private final Optional<Simulation> simulation;
  private final StoreBuilder<String, String> builder;
  private Optional<KVStore<String, String>> store = Optional.empty();

  TestCluster(KVCluster wanted, long seed) {
    this.wanted = wanted;
    this.seed = seed;
    simulation =
        wanted.runs() == KVCluster.Runs.SIMULATED
            ? Optional.of(Simulation.withSeed(seed).trace(this::note))
            : Optional.empty();
    Engine engine = simulation.<Engine>map(each -> each).orElseGet(this::threaded);
    StoreBuilder<String, String> prepared =
        KVStore.builder()
            .engine(recorder.around(engine))
            .consistency(wanted.consistency())
            .replicas(wanted.replicas())
            .shards(wanted.shards());
    builder =
        wanted.replication().length == 0 ? prepared : prepared.replication(wanted.replication()[0]);
  }

  private void note(TraceEvent event) {
    if (events.size() < MOST_EVENTS) {
      events.add(event);
    }
  }

  private Engine threaded() {
    Placement placement =
        wanted.runs() == KVCluster.Runs.SHARED ? Placement.SHARED : Placement.DEDICATED;
    return new InProcess().placement(placement).seed(seed);
  }

  long seed() {
    return seed;
  }

  Recorder recorder() {
    return recorder;
  }

  StoreBuilder<String, String> builder() {
    return builder;
  }

  Simulation simulation() {
    return simulation.orElseThrow(
        () ->
            new IllegalStateException(
                "a store that runs " + wanted.runs() + " has no simulation: runs = SIMULATED"));
  }

  KVStore<String, String> store() {
    if (store.isEmpty()) {
      store = Optional.of(builder.open());
    }
    return store.get();
  }

  Nemesis nemesis() {
    List<NodeId> nodes = IntStream.range(0, wanted.replicas()).mapToObj(NodeId::of).toList();
    return Nemesis.withSeed(seed, nodes);
  }

  /** Throws when what was seen is not what was promised. */
  void check(String test) {
    if (!wanted.checks() || !recorder.hasStore()) {
      return;
    }
    History history = recorder.history();
    Verdict verdict = Levels.check(wanted.consistency(), history, Budget.DEFAULT);
    if (verdict instanceof Broken broken) {
      Verdict explained = Levels.explain(wanted.consistency(), history, broken);
      throw new AssertionError(
          "the store is not "
              + wanted.consistency()
              + ": "
              + explained
              + "\n"
              + whereToLook(test, Map.of(level(), explained)));
    }
  }

  /** What a failure is told with: the seed, and where the drawing is. */
  Throwable failed(String test) {
    return new Seed(whereToLook(test, Map.of()));
  }

  private String level() {
    return wanted.consistency().name().toLowerCase(Locale.ROOT);
  }

  private String whereToLook(String test, Map<String, Verdict> verdicts) {
    String again = "seed " + seed + ": run it again with -Dkvstore.seed=" + seed;
    return recorder.hasStore() ? again + "\ndrawn in " + draw(test, again, verdicts) : again;
  }

  private Path draw(String test, String again, Map<String, Verdict> verdicts) {
    String name = test.replaceAll("[^\\w.-]+", "_") + "-" + seed;
    return Drawing.of(recorder.history())
        .title(test)
        .levels(verdicts)
        .events(events, Simulation.BEGINNING_NANOS)
        .disturbances(recorder.disturbances())
        .replay(again)
        .write(DRAWINGS.resolve(name));
  }

  void close() {
    store.ifPresent(KVStore::close);
  }

  /** Stands among the suppressed of a test's failure. */
  private static final class Seed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Seed(String message) {
      super(message, null, true, false);
    }
  }
}
