package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
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
 * Each is asked in turn, several times, and the medians count. The arguments: a directory, the
 * seconds for each figure, and how many times.
 */
public final class BesideEtcd {
  private static final String VALUE = "v".repeat(100);
  private static final List<String> JVM =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=4",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
  private static final List<String> LOADS = List.of("1 caller", "4 callers", "64 in flight");

  private final Map<String, double[][]> figures = new LinkedHashMap<>(); // by load and time

  private BesideEtcd() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    int times = Integer.parseInt(arguments[2]);
    BesideEtcd beside = new BesideEtcd();
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
            key -> {
              store.put(key, VALUE);
              return CompletableFuture.completedFuture(null);
            },
            key -> store.async().put(key, VALUE));
      }
    }
    beside.print();
  }

  private void measure(
      String what,
      int which,
      int times,
      Duration time,
      Function<String, ? extends CompletableFuture<?>> blocking,
      Function<String, ? extends CompletableFuture<?>> async)
      throws InterruptedException {
    double[] found = {
      Figures.blocking(1, time, blocking),
      Figures.blocking(4, time, blocking),
      Figures.pipelined(64, time, async)
    };
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
