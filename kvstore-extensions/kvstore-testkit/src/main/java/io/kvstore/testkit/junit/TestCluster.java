package io.kvstore.testkit.junit;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Engine;
import io.kvstore.testkit.campaign.Fault;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** The store of one test, with what belongs to it. */
final class TestCluster {
  private static final int MOST_EVENTS = 50_000; // more would make the page too large
  private static final Duration FIXED_DELAY = Duration.ofNanos(200_000);
  private static final Path DRAWINGS = Path.of("target", "kvstore");

  private final KVCluster wanted;
  private final long seed;
  private final Kept kept;
  private final Nemesis nemesis;
  private final Recorder recorder = new Recorder();
  private final List<TraceEvent> events = new ArrayList<>();
  private final Optional<Simulation> simulation;
  private final StoreBuilder<String, String> texts;
  private Optional<StoredTypes> types = Optional.empty();
  private Optional<KVStore<?, ?>> store = Optional.empty();

  /**
   * The cluster of a test that has not begun.
   *
   * @param kept how much of what the seed decides there is
   */
  TestCluster(KVCluster wanted, long seed, Kept kept) {
    requireOne(wanted.replication());
    this.wanted = wanted;
    this.seed = seed;
    this.kept = kept;
    int number = wanted.nodes() == 0 ? wanted.replicas() : wanted.nodes();
    List<NodeId> nodes = IntStream.range(0, number).mapToObj(NodeId::of).toList();
    Nemesis whole = Nemesis.withSeed(seed, nodes);
    nemesis = kept.strikes().map(whole::keeping).orElse(whole);
    simulation =
        wanted.runs() == KVCluster.Runs.SIMULATED ? Optional.of(newSimulation()) : Optional.empty();
    Engine engine = simulation.<Engine>map(each -> each).orElseGet(this::threaded);
    StoreBuilder<String, String> prepared =
        KVStore.builder()
            .engine(recorder.around(engine))
            .consistency(wanted.consistency())
            .replicas(wanted.replicas())
            .nodes(number)
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

  private Simulation newSimulation() {
    Simulation plain = Simulation.withSeed(seed).trace(this::note);
    return kept.delays() ? plain : plain.links(Faults.NONE.withDelay(Delay.fixed(FIXED_DELAY)));
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
    return nemesis;
  }

  /** Whether it can be played again with less. */
  boolean canBeMadeSmaller() {
    return simulation.isPresent() && kept.isEverything() && wanted.shrinksWithinSeconds() > 0;
  }

  KVCluster wanted() {
    return wanted;
  }

  /** What was seen that was not promised; of a test that has passed. */
  Optional<BrokenPromise> broken() {
    if (!wanted.checks() || !recorder.hasStore()) {
      return Optional.empty();
    }
    List<String> wrong = recorder.wrongAnswers();
    if (!wrong.isEmpty()) {
      return Optional.of(new BrokenPromise(wrong.get(0), Map.of()));
    }
    History history = recorder.history();
    if (Levels.check(wanted.consistency(), history, Budget.DEFAULT) instanceof Broken broken) {
      Broken explained = Levels.explain(wanted.consistency(), history, broken);
      String reason = "the store is not " + wanted.consistency() + ": " + explained;
      return Optional.of(new BrokenPromise(reason, Map.of(level(), explained)));
    }
    return Optional.empty();
  }

  private String level() {
    return wanted.consistency().name().toLowerCase(Locale.ROOT);
  }

  /** How to run it again, what happens then, and where the drawing of it is. */
  String whereToLook(String test, Throwable failure) {
    String command =
        "-Dkvstore.seed=" + seed + (kept.isEverything() ? "" : " -D" + Kept.PROPERTY + "=" + kept);
    String again =
        kept.isEverything()
            ? "seed " + seed + ": run it again with " + command
            : "and with less, " + leftInWords() + ": run that again with " + command;
    return recorder.hasStore() ? again + "\ndrawn in " + draw(test, command, failure) : again;
  }

  /** What strikes in it, and how links are. */
  private String leftInWords() {
    List<Fault> faults = nemesis.faults();
    String strikes =
        IntStream.range(0, faults.size())
            .filter(number -> kept.strikes().orElse(Set.of()).contains(number))
            .mapToObj(number -> number + ": " + faults.get(number))
            .collect(Collectors.joining("; "));
    int left = kept.strikes().map(Set::size).orElse(faults.size());
    return left
        + " of the "
        + faults.size()
        + " faults of the nemesis"
        + (strikes.isEmpty() ? "" : " (" + strikes + ")")
        + (kept.delays()
            ? " and delays that are drawn"
            : " and " + FIXED_DELAY.toNanos() / 1_000 + " µs for every message");
  }

  private Path draw(String test, String command, Throwable failure) {
    String name = test.replaceAll("[^\\w.-]+", "_") + "-" + seed;
    Map<String, Verdict> verdicts =
        failure instanceof BrokenPromise broken ? broken.verdicts() : Map.of();
    return Drawing.of(recorder)
        .title(test + " under the seed " + seed)
        .levels(verdicts)
        .events(events, Simulation.BEGINNING_NANOS)
        .replay(command)
        .write(DRAWINGS.resolve(name));
  }

  void close() {
    store.ifPresent(KVStore::close);
  }

  /** Clients have seen what was not promised to them. */
  static final class BrokenPromise extends AssertionError {
    private static final long serialVersionUID = 1L;
    private final transient Map<String, Verdict> verdicts;

    BrokenPromise(String message, Map<String, Verdict> verdicts) {
      super(message);
      this.verdicts = verdicts;
    }

    Map<String, Verdict> verdicts() {
      return verdicts;
    }
  }
}
