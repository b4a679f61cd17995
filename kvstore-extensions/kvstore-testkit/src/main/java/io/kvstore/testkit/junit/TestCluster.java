package io.kvstore.testkit.junit;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** The store of one test, with what belongs to it. */
final class TestCluster {
  private static final int MOST_EVENTS = 50_000; // more would make the page too large
  private static final Path DRAWINGS = Path.of("target", "kvstore");

  private final KVCluster wanted;
  private final long seed;
  private final Recorder recorder = new Recorder();
  private final List<TraceEvent> events = new ArrayList<>();
  private final Optional<Simulation> simulation;
  private final StoreBuilder<String, String> texts;
  private Optional<StoredTypes> types = Optional.empty();
  private Optional<KVStore<?, ?>> store = Optional.empty();

  TestCluster(KVCluster wanted, long seed) {
    requireOne(wanted.replication());
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
    texts =
        wanted.replication().length == 0 ? prepared : prepared.replication(wanted.replication()[0]);
  }

  private static void requireOne(Replication[] given) {
    if (given.length > 1) {
      throw new ExtensionConfigurationException(
          "@KVCluster(replication = "
              + Arrays.toString(given)
              + "): a store has one replication; for a test of each, put the tests into a superclass,"
              + " and annotate a subclass for each of them");
    }
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

  /** A builder of the test's store, which has these types in all parameters of the test. */
  StoreBuilder<?, ?> builder(StoredTypes asked) {
    StoredTypes first = types.orElse(asked);
    if (!first.equals(asked)) {
      throw new ParameterResolutionException(
          "the store of this test has the types " + first + ", and cannot have " + asked + ", too");
    }
    types = Optional.of(first);
    return asked.builder(texts);
  }

  Simulation simulation() {
    return simulation.orElseThrow(
        () ->
            new IllegalStateException(
                "a store that runs " + wanted.runs() + " has no simulation: runs = SIMULATED"));
  }

  KVStore<?, ?> store(StoredTypes asked) {
    StoreBuilder<?, ?> builder = builder(asked);
    if (store.isEmpty()) {
      store = Optional.of(builder.open());
    }
    return store.get();
  }

  /** The types that a parameter has asked for so far. */
  Optional<StoredTypes> types() {
    return types;
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
    List<String> wrong = recorder.wrongAnswers();
    if (!wrong.isEmpty()) {
      throw new AssertionError(wrong.get(0) + "\n" + whereToLook(test, Map.of()));
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
    return Drawing.of(recorder)
        .title(test + " under the seed " + seed)
        .levels(verdicts)
        .events(events, Simulation.BEGINNING_NANOS)
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
