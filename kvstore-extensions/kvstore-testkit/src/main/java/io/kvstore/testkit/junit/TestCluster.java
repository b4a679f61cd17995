package io.kvstore.testkit.junit;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.spi.Engine;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The store of one test, with what belongs to it. */
final class TestCluster {
  private final KVCluster wanted;
  private final long seed;
  private final Recorder recorder = new Recorder();
  private final Optional<Simulation> simulation;
  private final StoreBuilder<String, String> builder;
  private Optional<KVStore<String, String>> store = Optional.empty();

  TestCluster(KVCluster wanted, long seed) {
    this.wanted = wanted;
    this.seed = seed;
    simulation =
        wanted.runs() == KVCluster.Runs.SIMULATED
            ? Optional.of(Simulation.withSeed(seed))
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
  void check() {
    if (!wanted.checks() || !recorder.hasStore()) {
      return;
    }
    History history = recorder.history();
    Verdict verdict = Levels.check(wanted.consistency(), history, Budget.DEFAULT);
    if (verdict instanceof Broken broken) {
      throw new AssertionError(
          "the store is not "
              + wanted.consistency()
              + ": "
              + Levels.explain(wanted.consistency(), history, broken)
              + "\n"
              + whereToLook());
    }
  }

  /** What a failure is told with: the seed, and where the drawing is. */
  Throwable failed() {
    return new Seed(whereToLook());
  }

  private String whereToLook() {
    return "seed " + seed + ": run it again with -Dkvstore.seed=" + seed;
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
