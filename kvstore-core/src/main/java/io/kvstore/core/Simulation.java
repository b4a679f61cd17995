package io.kvstore.core;

import static java.util.Objects.requireNonNull;

import com.google.common.math.LongMath;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.NodeId;
import io.kvstore.core.client.LocalBackend;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.replication.Moment;
import io.kvstore.core.spi.Bounds;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.store.LocalCluster.Loops;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Nanos;
import io.kvstore.spi.Settings;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Runs a store in virtual time, on the thread of the caller that waits for it, with all chance
 * drawn from one seed: the same calls under the same seed do the same in every run, on every
 * machine.
 *
 * <pre>{@code
 * Simulation simulation = Simulation.withSeed(42);
 * try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
 *   store.put("k", "v");                                  // takes no real time at all
 *   store.cluster().network().isolate(NodeId.of(2));
 *   CompletableFuture<Void> write = store.async().put("k", "w");
 *   simulation.runFor(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>A blocking call drives the simulation until its answer is there, or its timeout has passed in
 * virtual time. Between calls nothing happens, unless {@link #runFor} or {@link #runUntilDone} is
 * called. One thread at a time may use it; several clients as blocking code take turns, see {@link
 * #client}. A simulation runs one store.
 */
public final class Simulation implements Engine {
  /** The time at which every simulation begins, in nanoseconds since 1970. */
  public static final long BEGINNING_NANOS = SimulatedDriver.START;

  private static final Faults NORMAL =
      Faults.NONE.withDelay(Delay.uniform(Duration.ofNanos(50_000), Duration.ofNanos(500_000)));

  private final long seed;
  private final boolean turnsTakeTime;
  private final SimulatedDriver driver;

  // Changed only in a fresh copy, before it is handed out.
  private Bounds bounds = Bounds.DEFAULT;
  private boolean isUnusual;
  private Faults normal = NORMAL;
  private Optional<ControletFactory> protocol = Optional.empty();
  private Optional<DataletFactory> datalet = Optional.empty();
  private Optional<Trace> trace = Optional.empty();
  private Decider decider = Decider.SEED;
  private long mostEvents = Long.MAX_VALUE;

  private boolean isOpened;
  private WeakReference<LocalBackend> backend = new WeakReference<>(null); // while it is in use

  private Simulation(long seed, boolean turnsTakeTime) {
    this.seed = seed;
    this.turnsTakeTime = turnsTakeTime;
    driver = new SimulatedDriver(seed, turnsTakeTime);
  }

  private Simulation copy(boolean itsTurnsTakeTime) {
    Simulation copy = new Simulation(seed, itsTurnsTakeTime);
    copy.bounds = bounds;
    copy.isUnusual = isUnusual;
    copy.normal = normal;
    copy.protocol = protocol;
    copy.datalet = datalet;
    copy.trace = trace;
    copy.decider = decider;
    copy.mostEvents = mostEvents;
    return copy;
  }

  private Simulation copy() {
    return copy(turnsTakeTime);
  }

  /** A simulation of healthy links that take from 0.05 to 0.5 ms. */
  public static Simulation withSeed(long seed) {
    return new Simulation(seed, false);
  }

  /** The same, with links that are like this when nothing else is said. */
  public Simulation links(Faults faults) {
    Simulation copy = copy();
    copy.normal = requireNonNull(faults, "faults");
    return copy;
  }

  /** The same, with this protocol instead of the one that the store's builder names. */
  public Simulation protocol(ControletFactory factory) {
    Simulation copy = copy();
    copy.protocol = Optional.of(requireNonNull(factory, "factory"));
    return copy;
  }

  /** The same, with these datalets. */
  public Simulation datalet(DataletFactory factory) {
    Simulation copy = copy();
    copy.datalet = Optional.of(requireNonNull(factory, "factory"));
    return copy;
  }

  /** The same, with a listener that is told of everything that happens, after those before it. */
  public Simulation trace(Trace listener) {
    requireNonNull(listener, "listener");
    Simulation copy = copy();
    copy.trace = Optional.of(trace.map(first -> both(first, listener)).orElse(listener));
    return copy;
  }

  private static Trace both(Trace first, Trace second) {
    return event -> {
      first.on(event);
      second.on(event);
    };
  }

  /**
   * The same, but this decides what becomes of messages that links do not lose, once the store is
   * open. As long as it may {@linkplain Decider#changesNothing change} that, nodes tell of each
   * other at all times, however quiet it is.
   */
  public Simulation decider(Decider another) {
    Simulation copy = copy();
    copy.decider = requireNonNull(another, "decider");
    return copy;
  }

  /**
   * The same, with turns that take time: every controlet, every datalet and the coordinator of each
   * shard have a loop of their own, as on threads of their own ({@link Placement#DEDICATED}). What
   * comes while a turn is taken waits, and may be handled within the same turn; now and then a turn
   * stands still in its middle for a little, and {@link #hold} makes one do so for longer. All of
   * it is drawn from the seed.
   */
  public Simulation turnsTakeTime() {
    return copy(true);
  }

  /**
   * The same, but it ends with an {@link IllegalStateException} after so many {@linkplain #events
   * events}: what has gone on for so long finds no end.
   */
  public Simulation mostEvents(long number) {
    Simulation copy = copy();
    copy.mostEvents = number;
    return copy;
  }

  /** The same, with protocols that keep no more than this. */
  public Simulation bounds(Bounds less) {
    Simulation copy = copy();
    copy.bounds = requireNonNull(less, "less");
    return copy;
  }

  /**
   * The same, with protocols that now and then do what is legal but unusual: they repeat less at
   * once, sooner, or a copy of everything instead, leave out what is said again anyway, and suspect
   * members without a reason. All of it is drawn from the seed. See {@link
   * io.kvstore.core.spi.Env#isUnusual}.
   */
  public Simulation unusual() {
    Simulation copy = copy();
    copy.isUnusual = true;
    return copy;
  }

  /** The seed that repeats this simulation. */
  public long seed() {
    return seed;
  }

  /** How much virtual time has passed. */
  public Duration elapsed() {
    return Duration.ofNanos(driver.now() - SimulatedDriver.START);
  }

  /** How many events have been handled. */
  public long events() {
    return driver.steps();
  }

  /**
   * How often each moment was reached that protocols and views hope for ({@link
   * io.kvstore.core.spi.Env#reached}), of those that were reached at all.
   */
  public Map<Enum<?>, Long> reached() {
    return driver.reached();
  }

  /** How often this moment was reached so far. */
  public long timesReached(Enum<?> moment) {
    return driver.timesReached(requireNonNull(moment, "moment"));
  }

  /** All moments that the protocols and views of this library hope for. */
  public static List<Enum<?>> moments() {
    List<Enum<?>> all = new ArrayList<>(List.of(Moment.values()));
    all.addAll(List.of(io.kvstore.core.membership.Moment.values()));
    return all;
  }

  /**
   * How many things the store's replicas keep for others or for later ({@link
   * io.kvstore.core.spi.Controlet#sizes}), by what they are and where, of those of which there is
   * any. When everything works, and nothing is asked for or left to happen, it is empty.
   */
  public Map<String, Integer> sizes() {
    LocalBackend opened = backend.get();
    return opened == null ? Map.of() : opened.sizesLeft();
  }

  /**
   * What the replicas of a node let one see of their inside ({@link io.kvstore.core.spi.Env#show}),
   * such as a log, a term or a lease, by what it is and, where there are several, of which shard.
   */
  public Map<String, String> shown(NodeId node) {
    requireNonNull(node, "node");
    LocalBackend opened = backend.get();
    return opened == null ? Map.of() : opened.shown(node);
  }

  /** Lets everything happen that happens within this time. */
  public void runFor(Duration time) {
    driver.runFor(Nanos.of("time", time));
  }

  /** Lets things happen until this future has ended. */
  public void runUntilDone(CompletableFuture<?> future) {
    driver.runUntil(requireNonNull(future, "future")::isDone, Long.MAX_VALUE);
  }

  /** Lets things happen until the condition holds, or nothing is left to happen. */
  public void runUntil(BooleanSupplier condition) {
    driver.runUntil(condition, Long.MAX_VALUE);
  }

  /**
   * Holds a node, or the {@linkplain NodeId#COORDINATOR coordinator}, for so long in the middle of
   * one of its next turns, as a garbage collection or a page fault would: between any two steps of
   * a handler that the rest of the world could tell apart. Unlike a {@linkplain
   * io.kvstore.Cluster#pause pause}, which is between two turns. Of what a node runs, it holds
   * some, as the seed has it.
   *
   * @throws IllegalStateException if this is not a simulation whose {@linkplain #turnsTakeTime
   *     turns take time}
   */
  public void hold(NodeId node, Duration time) {
    driver.hold(loopsOf(node), Nanos.of("time", time));
  }

  /** Lets time pass until no turn of a node is held any more. */
  public void letGo(NodeId node) {
    driver.letGo(loopsOf(node));
  }

  private static Predicate<String> loopsOf(NodeId node) {
    String place = node.equals(NodeId.COORDINATOR) ? "coordinator-" : "let-" + node + "-";
    return loop -> loop.contains(place);
  }

  /** Holds nothing that was to be held by now; what is held goes on when its time is over. */
  public void cancelHolds() {
    driver.cancelHolds();
  }

  /** Lets things happen until the condition holds, for this time at the most. */
  public void runUntil(BooleanSupplier condition, Duration atMost) {
    driver.runUntil(condition, LongMath.saturatedAdd(driver.now(), Nanos.of("atMost", atMost)));
  }

  /** What a client does, in ordinary blocking calls. */
  @FunctionalInterface
  public interface ClientCode {
    /** Does it. */
    void run() throws Exception;
  }

  /**
   * Another client, whose code takes turns with that of the others: it begins when {@link
   * #runClients} is called, and others go on while it waits. It may call the store's blocking
   * methods, and wait with {@link #runFor}, {@link #runUntil} and {@link #runUntilDone}; not for
   * anything else.
   *
   * <pre>{@code
   * simulation.client("writer", () -> store.put("k", "v"));
   * simulation.client("reader", () -> assertThat(store.get("k")).isIn(empty(), Optional.of("v")));
   * simulation.client("nemesis", () -> store.cluster().crash(NodeId.of(2)));
   * simulation.runClients();
   * }</pre>
   */
  public void client(String name, ClientCode code) {
    driver.addClient(requireNonNull(name, "name"), requireNonNull(code, "code")::run);
  }

  /** The name of the client whose code calls this; nothing when it is no {@link #client}. */
  public Optional<String> nameOfClient() {
    return Optional.ofNullable(driver.nameOfClient());
  }

  /**
   * Runs all clients until the last has ended. Who goes on when several could is drawn from the
   * seed. What a client throws is thrown here, and ends the others.
   */
  public void runClients() {
    driver.runClients();
  }

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public Backend open(Settings settings) {
    if (isOpened) {
      throw new IllegalStateException(
          "this simulation has run a store already: make another with the seed " + seed);
    }
    isOpened = true;
    driver.limitSteps(mostEvents);
    LocalBackend opened =
        InProcess.open(
            settings,
            driver,
            turnsTakeTime ? Loops.ONE_FOR_EACH_PART : Loops.ONE_FOR_EACH_SHARD,
            isUnusual || !bounds.equals(Bounds.DEFAULT)
                ? Optional.of(
                    new UnusualProtocol(
                        protocol.orElseGet(Protocols::new), bounds, isUnusual, seed))
                : protocol,
            datalet,
            trace,
            normal,
            decider,
            seed);
    backend = new WeakReference<>(opened);
    return opened;
  }

  @Override
  public String toString() {
    return "simulation with seed " + seed;
  }
}
