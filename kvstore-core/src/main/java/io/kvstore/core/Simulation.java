package io.kvstore.core;

import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.core.cluster.LocalCluster.Loops;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a store in virtual time, on the thread of whoever waits for it, with all chance drawn from
 * one seed: the same calls under the same seed do the same in every run, on every machine.
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
 * called. One thread at a time may use it. A simulation runs one store.
 */
public final class Simulation implements Engine {
  private static final Faults NORMAL =
      Faults.NONE.withDelay(Delay.uniform(Duration.ofNanos(50_000), Duration.ofNanos(500_000)));

  private final long seed;
  private final SimulatedDriver driver = new SimulatedDriver();
  private final Faults normal;
  private final Optional<DataletFactory> datalet;
  private final Optional<Trace> trace;
  private boolean opened;

  private Simulation(
      long seed, Faults normal, Optional<DataletFactory> datalet, Optional<Trace> trace) {
    this.seed = seed;
    this.normal = normal;
    this.datalet = datalet;
    this.trace = trace;
  }

  /** A simulation of healthy links that take from 0.05 to 0.5 ms. */
  public static Simulation withSeed(long seed) {
    return new Simulation(seed, NORMAL, Optional.empty(), Optional.empty());
  }

  /** The same, with links that are like this when nothing else is said. */
  public Simulation links(Faults faults) {
    return new Simulation(seed, faults, datalet, trace);
  }

  /** The same, with these datalets. */
  public Simulation datalet(DataletFactory factory) {
    return new Simulation(seed, normal, Optional.of(factory), trace);
  }

  /** The same, with somebody who is told of everything that happens. */
  public Simulation trace(Trace listener) {
    return new Simulation(seed, normal, datalet, Optional.of(listener));
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

  /** Lets everything happen that happens within this time. */
  public void runFor(Duration time) {
    driver.runFor(time.toNanos());
  }

  /** Lets things happen until this future has ended. */
  public void runUntilDone(CompletableFuture<?> future) {
    driver.runUntil(future::isDone, Long.MAX_VALUE);
  }

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public Backend open(Settings settings) {
    if (opened) {
      throw new IllegalStateException(
          "this simulation has run a store already: make another with the seed " + seed);
    }
    opened = true;
    return InProcess.open(settings, driver, Loops.ONE_FOR_EACH_SHARD, datalet, trace, normal, seed);
  }

  @Override
  public String toString() {
    return "simulation with seed " + seed;
  }
}
