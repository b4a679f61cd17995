package io.kvstore.examples.bench;

import com.sun.management.OperatingSystemMXBean;
import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * How fast simulated stores of five replicas are on one core, once the JVM is warm: events a
 * second, opening and closing, whole scenarios without checking, and how far virtual time is ahead
 * of real time. All of it by the processor time of this JVM, garbage collection included, so that
 * it does not matter who else is at work on the machine.
 *
 * <pre>
 * mvn -q compile exec:java -Dexample=bench.SimulatorFigures
 * </pre>
 */
public final class SimulatorFigures {
  private static final int REPLICAS = 5;
  private static final int CLIENTS = 5;
  private static final int OPERATIONS = 200;
  private static final int KEYS = 3;
  private static final int BUSY_CLIENTS = 20;
  private static final int BUSY_ROUNDS = 10_000;
  private static final long MEASURE_NANOS = 2_000_000_000L;
  private static final int ROUNDS = 3; // the last one counts

  private static final OperatingSystemMXBean PROCESSOR =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private SimulatorFigures() {}

  /** What something took, and what happened meanwhile. */
  private record Took(long times, long usedNanos, long events, long virtualNanos) {
    double millisEach() {
      return usedNanos / 1e6 / times;
    }

    double eventsASecond() {
      return events * 1e9 / usedNanos;
    }

    double timesFaster() {
      return (double) virtualNanos / usedNanos;
    }
  }

  /** Prints the figures. */
  public static void main(String... arguments) {
    System.out.println("Simulated stores of " + REPLICAS + " replicas, one core, warm:");
    for (Consistency level : Consistency.values()) {
      Took busy = measured(seed -> busy(level, seed));
      Took empty = measured(seed -> openAndClose(level, seed));
      Took scenarios = measured(seed -> scenario(level, seed));
      System.out.printf(
          Locale.ROOT,
          "  %-12s %5.2f million events/s   open and close %6.3f ms   scenario of %d operations"
              + " with faults %6.3f ms: %5.0f a second, %,7.0f times faster than time%n",
          level,
          busy.eventsASecond() / 1e6,
          empty.millisEach(),
          OPERATIONS,
          scenarios.millisEach(),
          1e3 / scenarios.millisEach(),
          scenarios.timesFaster());
    }
  }

  private static Took measured(LongFunction<Simulation> play) {
    Took last = new Took(0, 1, 0, 0);
    for (int round = 0; round < ROUNDS; round++) {
      long times = 0;
      long events = 0;
      long virtualNanos = 0;
      long start = PROCESSOR.getProcessCpuTime();
      while (PROCESSOR.getProcessCpuTime() - start < MEASURE_NANOS) {
        Simulation played = play.apply(times++);
        events += played.events();
        virtualNanos += played.elapsed().toNanos();
      }
      last = new Took(times, PROCESSOR.getProcessCpuTime() - start, events, virtualNanos);
    }
    return last;
  }

  private static KVStore<String, String> open(Consistency level, Simulation simulation) {
    return KVStore.builder()
        .consistency(level)
        .replicas(REPLICAS)
        .timeout(Duration.ofSeconds(1))
        .engine(simulation)
        .open();
  }

  private static Simulation openAndClose(Consistency level, long seed) {
    Simulation simulation = Simulation.withSeed(seed);
    open(level, simulation).close();
    return simulation;
  }

  // Many clients that write and read without a pause

  private static Simulation busy(Consistency level, long seed) {
    Simulation simulation = Simulation.withSeed(seed);
    try (KVStore<String, String> store = open(level, simulation)) {
      List<Session<String, String>> clients = new ArrayList<>();
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < BUSY_CLIENTS; i++) {
        clients.add(store.at(NodeId.of(i % REPLICAS)));
        answers.add(CompletableFuture.completedFuture(null));
      }
      for (int round = 0; round < BUSY_ROUNDS; round++) {
        for (int i = 0; i < BUSY_CLIENTS; i++) {
          if (answers.get(i).isDone()) {
            answers.set(i, writeOrRead(clients.get(i), round + i));
          }
        }
        simulation.runFor(Duration.ofNanos(100_000));
      }
    }
    return simulation;
  }

  private static CompletableFuture<?> writeOrRead(Session<String, String> session, int number) {
    String key = "key" + number % KEYS;
    return number % 2 == 0 ? session.async().put(key, "v" + number) : session.async().get(key);
  }

  // Scenarios

  private static Simulation scenario(Consistency level, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Simulation simulation = Simulation.withSeed(seed);
    try (KVStore<String, String> store = open(level, simulation)) {
      Cluster cluster = store.cluster();
      cluster.network().faults(weather(random));
      List<Session<String, String>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(store.at(NodeId.of(i % REPLICAS)));
      }
      for (int i = 0; i < OPERATIONS; i++) {
        simulation.runFor(Duration.ofNanos(random.nextLong(5_000_000)));
        act(clients.get(random.nextInt(CLIENTS)), random, i);
        if (random.nextInt(10) == 0) {
          disturb(cluster, random);
        }
      }
      cluster.network().heal();
      cluster.nodes().forEach(cluster::restart);
      simulation.runFor(Duration.ofSeconds(10));
    }
    return simulation;
  }

  private static Faults weather(RandomGenerator random) {
    return Faults.lossy(random.nextDouble(0.2))
        .withDuplication(random.nextDouble(0.2))
        .withReordering(random.nextDouble())
        .withDelay(Delay.exponential(Duration.ofNanos(random.nextLong(1_000_000, 10_000_000))));
  }

  private static void act(Session<String, String> session, RandomGenerator random, int number) {
    String key = "key" + random.nextInt(KEYS);
    CompletableFuture<?> unused =
        switch (random.nextInt(6)) {
          case 0, 1 -> session.async().put(key, "v" + number);
          case 2 -> session.async().append(key, "+" + number);
          case 3 -> session.async().remove(key);
          default -> session.async().get(key);
        };
  }

  private static void disturb(Cluster cluster, RandomGenerator random) {
    NodeId node = NodeId.of(random.nextInt(REPLICAS));
    NodeId other = NodeId.of((node.number() + 1) % REPLICAS);
    switch (random.nextInt(6)) {
      case 0 -> cluster.network().faults(weather(random));
      case 1 -> cluster.network().cutOneWay(node, other);
      case 2 -> cluster.network().isolate(node);
      case 3 -> cluster.network().heal();
      case 4 -> cluster.crash(node);
      default -> cluster.nodes().forEach(cluster::restart);
    }
  }
}
