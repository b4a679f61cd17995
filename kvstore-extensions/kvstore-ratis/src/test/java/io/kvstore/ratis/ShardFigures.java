package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes of a store with one shard and of another with eight, in turns: three processes of each,
 * their directories on one disk, and this process as a client of both. The arguments: a directory,
 * the seconds of each turn, and how many turns.
 */
public final class ShardFigures {
  private static final String VALUE = "v".repeat(100);
  private static final int[] IN_FLIGHT = {64, 256};
  private static final List<String> JVM =
      List.of(
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=4",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

  private ShardFigures() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    int turns = Integer.parseInt(arguments[2]);
    try (Processes one = open(directory.resolve("one"), 1);
        Processes eight = open(directory.resolve("eight"), 8);
        KVStore<String, String> ofOne = client(one);
        KVStore<String, String> ofEight = client(eight)) {
      for (int inFlight : IN_FLIGHT) {
        double[] ratios = new double[turns];
        for (int i = -1; i < turns; i++) { // the first turn is to warm up
          double less = writes(ofOne, inFlight, time);
          double more = writes(ofEight, inFlight, time);
          if (i >= 0) {
            ratios[i] = more / less;
          }
          System.out.printf(
              Locale.ROOT, "%d in flight: %,.0f and %,.0f a second%n", inFlight, less, more);
        }
        Arrays.sort(ratios);
        System.out.printf(
            Locale.ROOT,
            "%d in flight: eight shards do %.2f of what one does%n",
            inFlight,
            ratios[turns / 2]);
      }
    }
  }

  private static Processes open(Path directory, int shards) throws Exception {
    return new Processes(directory, shards, RatisEngine.freeLoopbackPeers(3), member -> JVM);
  }

  private static KVStore<String, String> client(Processes processes) {
    return processes.client(Consistency.SEQUENTIAL, Duration.ofSeconds(20));
  }

  private static double writes(KVStore<String, String> store, int inFlight, Duration time)
      throws InterruptedException {
    return Figures.pipelined(inFlight, time, key -> store.async().put(key, VALUE));
  }
}
