package io.kvstore.testkit.record;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Applied;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes down what the clients of a store see, and what is done to its nodes and links.
 *
 * <pre>{@code
 * Recorder recorder = new Recorder();
 * try (KVStore<String, String> store =
 *     KVStore.builder().engine(recorder.around(Simulation.withSeed(42))).open()) {
 *   ...
 * }
 * Verdict verdict = Linearizability.check(recorder.history(), Model.keyValue(null));
 * }</pre>
 *
 * <p>Any store of kvstore can be recorded, simulated or threaded, through any of its faces; and by
 * {@link #client} any other, whose calls are made through the recorder. A recorder records one
 * store, and each of its tables by {@linkplain #table itself}. What is written must be told apart
 * by its value or its version for the checkers to say much. Safe for use by many threads.
 */
public final class Recorder {
  private Optional<Recording> recording = Optional.empty();
  private Optional<HandRecording> byHand = Optional.empty();
  private Optional<Supplier<String>> caller = Optional.empty();

  /** A recorder that waits for its store to be opened, or for its clients. */
  public Recorder() {}

  /**
   * A client of a store that is none of kvstore's: whatever has clients can be recorded, call by
   * call. Times are nanoseconds since the first client was asked for.
   *
   * @throws IllegalStateException when the recorder has a store, whose clients are recorded anyway
   */
  public RecordedClient client(String name) {
    return new RecordedClient(byHand(), name);
  }

  /**
   * Takes down the calls of clients that throw this as refused: they certainly were not applied.
   * After any other exception a write may have been.
   */
  public synchronized Recorder refusedBy(Class<? extends Throwable> exception) {
    byHand().refusedBy(exception);
    return this;
  }

  private synchronized HandRecording byHand() {
    if (recording.isPresent()) {
      throw new IllegalStateException(
          "this recorder has a store, whose clients it records by itself: take another");
    }
    if (byHand.isEmpty()) {
      long start = System.nanoTime();
      byHand = Optional.of(new HandRecording(() -> System.nanoTime() - start));
    }
    return byHand.get();
  }

  /** The same engine, but what happens to the store that it opens is taken down. */
  public Engine around(Engine engine) {
    return new RecordingEngine(engine, settings -> begin(engine, settings));
  }

  /** The engine that a builder finds by itself, but what happens to its store is taken down. */
  public Engine aroundDefault() {
    return around(ServiceLoader.load(Engine.class).findFirst().orElseThrow());
  }

  /**
   * Takes operations down under the name of who asks for them, which this tells each time that one
   * begins; before its store is opened. Otherwise they have the names of the simulation's clients,
   * where there are some.
   */
  public synchronized Recorder callers(Supplier<String> nameOfCaller) {
    if (recording.isPresent()) {
      throw new IllegalStateException("the store is open: name the callers before");
    }
    caller = Optional.of(nameOfCaller);
    return this;
  }

  /** The names of those who ask, as the engine knows them. */
  private static Supplier<String> callersOf(Engine engine) {
    return engine instanceof Simulation simulation
        ? () -> simulation.nameOfClient().orElse("")
        : () -> "";
  }

  /** Who has asked for what so far, in the order of the history. */
  public List<Asked> asked() {
    Optional<HandRecording> clients = clients();
    return clients.isPresent()
        ? clients.get().asked()
        : recording().notes().stream().map(Asked::of).toList();
  }

  private static LongSupplier clockOf(Engine engine) {
    if (engine instanceof Simulation simulation) {
      return new VirtualClock(simulation);
    }
    long start = System.nanoTime();
    return () -> System.nanoTime() - start;
  }

  /** Virtual time, but for what happens at one moment of it: that happens one after another. */
  private static final class VirtualClock implements LongSupplier {
    private final Simulation simulation;
    private long last = -1;

    VirtualClock(Simulation simulation) {
      this.simulation = simulation;
    }

    @Override
    public long getAsLong() {
      last = Math.max(last + 1, simulation.elapsed().toNanos());
      return last;
    }
  }

  private synchronized Recording begin(Engine engine, Settings settings) {
    if (recording.isPresent() || byHand.isPresent()) {
      throw new IllegalStateException("this recorder has a store or clients already: take another");
    }
    recording =
        Optional.of(
            new Recording(
                clockOf(engine),
                engine instanceof Simulation,
                settings.consistency(),
                settings.shards(),
                caller.orElseGet(() -> callersOf(engine))));
    return recording.get();
  }

  /**
   * What was taken down of a table of the store: a table is a key space of its own, with a history
   * of its own. Of two that were made under one name, the later one.
   *
   * @throws IllegalStateException when no client has named this table
   */
  public Recorder table(String name) {
    Recorder its = new Recorder();
    its.recording =
        Optional.of(
            recording()
                .table(requireNonNull(name, "name"))
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "the store that is recorded has made no table '" + name + "'")));
    return its;
  }

  /** Whether a store was opened with this recorder. */
  public synchronized boolean hasStore() {
    return recording.isPresent();
  }

  private synchronized Recording recording() {
    return recording.orElseThrow(
        () ->
            new IllegalStateException(
                "no store was opened with this recorder: builder.engine(recorder.around(engine))"));
  }

  /**
   * What clients have seen so far, of the operations that were asked at the store's own level.
   * Times are nanoseconds since the store was opened; in a simulation, virtual ones. Of clients
   * that were recorded by hand, all that they did.
   */
  public History history() {
    Optional<HandRecording> clients = clients();
    return clients.isPresent() ? clients.get().history() : history(recording().consistency());
  }

  private synchronized Optional<HandRecording> clients() {
    return byHand;
  }

  /** The same, with the reads that were asked at weaker levels, down to this one. */
  public History history(Consistency weakest) {
    return new Transcript(recording(), weakest).history();
  }

  /**
   * The answers so far that were not of the kind that their operations ask for, or contradict
   * themselves, each in a sentence: a mistake of the store's. In the history, operations that were
   * answered in another kind have no answer.
   */
  public List<String> wrongAnswers() {
    return recording().wrongAnswers();
  }

  /**
   * What was shown so far of one version of a key, and is not the same each time: its value, its
   * flags, or when it expires. Versions that a store gives twice must be told apart otherwise.
   */
  public Optional<String> unlike() {
    return new Sightings(recording().notes()).unlike();
  }

  /**
   * Takes down which entries a bounded store has evicted. It is a listener of the simulation that
   * the store is in: what is not told, it has lost.
   */
  public void noteEvictions(TraceEvent event) {
    if (event instanceof Applied applied && !applied.ordered().victims().isEmpty()) {
      recording().evicted(applied.shard(), applied.ordered());
    }
  }

  /** The lifetimes that were asked for and given so far, of a simulated store. */
  public List<Lifetime> lifetimes() {
    return Lifetime.in(recording().notes());
  }

  /**
   * The operations so far of a simulated store that have shown what had expired when they were
   * asked: reads, and writes that tell what they replaced.
   */
  public List<Overdue> overdue() {
    return Overdue.in(recording().notes());
  }

  /** What was done to the nodes and links so far; nothing of stores that are recorded by hand. */
  public List<Disturbance> disturbances() {
    return clients().isPresent() ? List.of() : recording().disturbances();
  }
}
