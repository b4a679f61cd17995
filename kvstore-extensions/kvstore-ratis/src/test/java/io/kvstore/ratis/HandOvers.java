package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How often threads wait, as Linux counts it, for one write after the other across processes: of
 * Ratis alone, of {@code async()} and of a blocking call. It says more of what each write passes
 * through than its time does, and is the same on a busy machine. The arguments: a directory, and
 * how many writes.
 */
public final class HandOvers {
  private static final String VALUE = "v".repeat(100);
  private static final int WARM_UP = 500;
  private static final List<String> JVM =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=4",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

  private HandOvers() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int writes = Integer.parseInt(arguments[1]);
    try (RawRatisProcesses raw = new RawRatisProcesses(directory.resolve("raw"), JVM);
        Processes processes =
            new Processes(
                directory.resolve("kvstore"), 1, RatisEngine.freeLoopbackPeers(3), member -> JVM);
        KVStore<String, String> store =
            processes.client(Consistency.LINEARIZABLE, Duration.ofSeconds(20))) {
      List<Long> members =
          processes.members().stream().map(each -> processes.process(each).pid()).toList();
      measure("raw Ratis", raw.pids(), writes, raw::put);
      measure("async()", members, writes, key -> store.async().put(key, VALUE));
      measure(
          "blocking call",
          members,
          writes,
          key -> {
            store.put(key, VALUE);
            return CompletableFuture.completedFuture(null);
          });
    }
  }

  private static void measure(
      String what, List<Long> members, int writes, Function<String, CompletableFuture<?>> put)
      throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      Object unused = put.apply("key" + i).join();
    }
    List<Long> before = waits(members);
    long begun = System.nanoTime();
    for (int i = 0; i < writes; i++) {
      Object unused = put.apply("key" + i).join();
    }
    double micros = (System.nanoTime() - begun) / 1e3 / writes;
    List<Long> after = waits(members);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < after.size(); i++) {
      double each = (after.get(i) - before.get(i)) / (double) writes;
      line.append(String.format(Locale.ROOT, " %6.1f", each));
    }
    System.out.printf(Locale.ROOT, "%-14s waits for each write, client and members:%s", what, line);
    System.out.printf(Locale.ROOT, " (%,.0f µs)%n", micros);
  }

  /** How often the threads of this process, and of others, have waited. */
  private static List<Long> waits(List<Long> others) throws IOException {
    List<Long> all = new ArrayList<>(List.of(waits(ProcessHandle.current().pid())));
    for (long other : others) {
      all.add(waits(other));
    }
    return all;
  }

  private static long waits(long pid) throws IOException {
    long sum = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        sum += waitsOf(thread);
      }
    }
    return sum;
  }

  private static long waitsOf(Path thread) throws IOException {
    try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("voluntary_ctxt_switches"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (NoSuchFileException ended) {
      return 0;
    }
  }
}
