package io.kvstore.ratis;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Writes of etcd, of Ratis alone and of the engine, side by side: three processes of each, their
 * directories on one disk, and this process as a client of all of them over the loopback address.
 * Each is asked in turn, several times, and the medians count; at the end one caller writes to each
 * in turn. The arguments: an empty directory, the seconds for each figure, and how many times.
 */
public final class BesideEtcd {
  private static final String VALUE = "v".repeat(100);
  private static final List<String> JVM =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=4",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
  private static final int TURNS = 600;
  private static final Duration REST = Duration.ofSeconds(2); // followers write for longer
  private static final List<String> LOADS = List.of("1 caller", "4 callers", "64 in flight");

  private final Map<String, double[][]> figures = new LinkedHashMap<>(); // by load and time

  private BesideEtcd() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    int times = Integer.parseInt(arguments[2]);
    BesideEtcd beside = new BesideEtcd();
    if (Files.exists(directory.resolve("etcd"))) {
      throw new IllegalArgumentException(directory + " was used before: name one that is empty");
    }
    if (!Etcd.isThere()) {
      throw new IllegalStateException("there is no etcd: apt install etcd-server");
    }
    try (Etcd etcd = new Etcd(directory.resolve("etcd"));
        RawRatisProcesses raw = new RawRatisProcesses(directory.resolve("raw"), JVM);
        Processes processes =
            new Processes(
                directory.resolve("kvstore"), 1, RatisEngine.freeLoopbackPeers(3), member -> JVM);
        KVStore<String, String> store =
            processes.client(Consistency.LINEARIZABLE, Duration.ofSeconds(20))) {
      for (int i = -1; i < times; i++) { // the first time is to warm up
        beside.measure("etcd", i, times, time, etcd::put, etcd::put);
        beside.measure("raw Ratis", i, times, time, raw::put, raw::put);
        beside.measure(
            "kvstore",
            i,
            times,
            time,
            key -> put(store, key),
            key -> store.async().put(key, VALUE));
      }
      inTurns(Map.of("etcd", etcd::put, "raw Ratis", raw::put, "kvstore", key -> put(store, key)));
    }
    beside.print();
  }

  private static CompletableFuture<?> put(KVStore<String, String> store, String key) {
    store.put(key, VALUE);
    return CompletableFuture.completedFuture(null);
  }

  /** One caller that writes to each of them in turn: so whatever else uses the disk hits all. */
  private static void inTurns(Map<String, Function<String, CompletableFuture<?>>> puts) {
    Map<String, long[]> nanos = new LinkedHashMap<>();
    puts.keySet().forEach(what -> nanos.put(what, new long[TURNS]));
    for (int i = 0; i < TURNS; i++) {
      for (String what : puts.keySet()) {
        long begun = System.nanoTime();
        Object unused = requireNonNull(puts.get(what)).apply("key" + i % 100).join();
        requireNonNull(nanos.get(what))[i] = System.nanoTime() - begun;
      }
    }
    nanos.forEach(
        (what, all) -> {
          Arrays.sort(all);
          System.out.printf(
              Locale.ROOT,
              "%-10s 1 caller, in turns: median %,d µs, p90 %,d µs%n",
              what,
              all[TURNS / 2] / 1_000,
              all[TURNS * 9 / 10] / 1_000);
        });
  }

  private void measure(
      String what,
      int which,
      int times,
      Duration time,
      Function<String, ? extends CompletableFuture<?>> blocking,
      Function<String, ? extends CompletableFuture<?>> async)
      throws InterruptedException {
    double[] found = new double[LOADS.size()];
    Thread.sleep(REST.toMillis());
    found[0] = Figures.blocking(1, time, blocking);
    Thread.sleep(REST.toMillis());
    found[1] = Figures.blocking(4, time, blocking);
    Thread.sleep(REST.toMillis());
    found[2] = Figures.pipelined(64, time, async);
    if (which < 0) {
      return;
    }
    double[][] all = figures.computeIfAbsent(what, first -> new double[found.length][times]);
    for (int load = 0; load < found.length; load++) {
      all[load][which] = found[load];
    }
    System.out.printf(
        Locale.ROOT, "%-10s %,8.0f %,8.0f %,8.0f%n", what, found[0], found[1], found[2]);
  }

  private void print() {
    for (int load = 0; load < LOADS.size(); load++) {
      double etcd = median("etcd", load);
      double raw = median("raw Ratis", load);
      double own = median("kvstore", load);
      System.out.printf(
          Locale.ROOT,
          "%-12s etcd %,.0f, raw Ratis %,.0f, kvstore %,.0f a second:"
              + " kvstore is %.2f of etcd, %.2f of raw Ratis%n",
          LOADS.get(load),
          etcd,
          raw,
          own,
          own / etcd,
          own / raw);
    }
  }

  private double median(String what, int load) {
    double[] sorted = figures.get(what)[load].clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
