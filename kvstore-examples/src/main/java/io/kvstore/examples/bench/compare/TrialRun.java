package io.kvstore.examples.bench.compare;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogManager;

/** The main class of the JVM that performs one trial: prints its figures on one line. */
final class TrialRun {
  static final String ANSWER = "FIGURES,";

  private static final int IN_FLIGHT_TO_FILL = 64;
  private static final int SLICE_MILLIS = 250;
  private static final int ROUNDS = 4; // in which both kinds of measuring take turns
  private static final long MOST_WARM_UPS = 4;
  private static final int CHECKED = 100;
  private static final int LARGE = 500_000; // entries of which the heap is worth measuring
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Trial trial;
  private final Entries entries;

  private TrialRun(Trial trial) {
    this.trial = trial;
    entries = new Entries(trial.entries(), trial.valueBytes(), trial.fresh(), trial.seed());
  }

  /** Takes the columns of a trial. */
  public static void main(String... columns) throws Exception {
    LogManager.getLogManager().reset();
    Figures figures = new TrialRun(Trial.ofColumns(List.of(columns))).run();
    System.out.println(ANSWER + String.join(",", figures.toColumns()));
    System.out.flush();
    // Some systems leave threads behind.
    Runtime.getRuntime().halt(0);
  }

  private Figures run() throws Exception {
    boolean isHeapMeasured = trial.entries() >= LARGE || trial.system().contains("sessions=");
    long before = isHeapMeasured ? usedHeap() : 0;
    long start = System.nanoTime();
    try (Contender contender = Systems.open(trial.system(), entries)) {
      double openMillis = (System.nanoTime() - start) / 1e6;
      fill(contender.client(0));
      long heap = isHeapMeasured ? usedHeap() - before : 0;
      Callers callers = new Callers(trial, contender);
      warm(callers);
      Callers.Done counted = new Callers.Done();
      Callers.Done timed = new Callers.Done();
      for (int i = 0; i < ROUNDS; i++) {
        counted.add(callers.work(trial.millis() / ROUNDS, false));
        timed.add(callers.work(trial.millis() / ROUNDS, true));
      }
      checkThatWritesArrive(contender);
      return new Figures(
          counted.operations / counted.seconds,
          Figures.Latency.of(timed.writes),
          Figures.Latency.of(timed.reads),
          (double) counted.allocatedBytes / counted.operations,
          (double) counted.cpuNanos / counted.operations,
          openMillis,
          (double) heap / trial.entries());
    }
  }

  /** For as long as the trial says, and then until the compiler has little left to do. */
  private void warm(Callers callers) throws InterruptedException {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    boolean isTimed = true;
    long elapsed = 0;
    long compiled;
    do {
      long before = compiler.getTotalCompilationTime();
      callers.work(SLICE_MILLIS, isTimed);
      compiled = compiler.getTotalCompilationTime() - before;
      elapsed += SLICE_MILLIS;
      isTimed = !isTimed;
    } while (elapsed < trial.warmMillis()
        || (compiled > SLICE_MILLIS / 10 && elapsed < MOST_WARM_UPS * trial.warmMillis()));
  }

  private void fill(Client client) {
    CompletableFuture<?>[] underWay = new CompletableFuture<?>[IN_FLIGHT_TO_FILL];
    for (int key = 0; key < entries.size(); key++) {
      int slot = key % underWay.length;
      if (underWay[slot] != null) {
        underWay[slot].join();
      }
      underWay[slot] = client.beginPut(key, key % Entries.VALUES);
    }
    for (CompletableFuture<?> each : underWay) {
      if (each != null) {
        each.join();
      }
    }
  }

  /** A system that drops what it is given would be fast: what is written now must be everywhere. */
  private void checkThatWritesArrive(Contender contender) {
    SplittableRandom random = new SplittableRandom(trial.seed());
    int[] keys = random.ints(0, entries.size()).distinct().limit(checked()).toArray();
    Client client = contender.client(0);
    for (int i = 0; i < keys.length; i++) {
      client.put(keys[i], i);
    }
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (int i = 0; i < keys.length; i++) {
      while (!isEverywhere(contender, client, keys[i], i)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              trial.system()
                  + ": value "
                  + i
                  + " of key "
                  + keys[i]
                  + " has not arrived everywhere");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private int checked() {
    return Math.min(CHECKED, entries.size());
  }

  private static boolean isEverywhere(Contender contender, Client client, int key, int value) {
    for (int member = 0; member < contender.members(); member++) {
      if (!contender.memberHas(member, key, value)) {
        return false;
      }
    }
    return client.sees(key, value);
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc(); // what has just become garbage may outlive the first
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
