package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Figures of three members in one JVM, beside a minimal state machine on Ratis itself with the same
 * settings of its log; and of failovers of three processes. The arguments: a directory, the seconds
 * for each figure, and the number of failovers.
 */
public final class Figures {
  private static final String VALUE = "v".repeat(100);

  private Figures() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    try (RawRatis raw = new RawRatis(directory.resolve("raw"))) {
      print("raw Ratis", time, raw::submit);
    }
    try (ThreeMembers members =
        ThreeMembers.at(directory.resolve("kvstore"), Consistency.SEQUENTIAL)) {
      members.get(1).put("warm", "up");
      KVStore<String, String> leader = members.get(Processes.leader(members.get(1), 0));
      print("kvstore", time, key -> leader.async().put(key, VALUE));
      for (int callers : new int[] {1, 2}) {
        print(
            "kvstore, local reads, " + callers + " callers",
            blocking(callers, time, key -> CompletableFuture.completedFuture(leader.get(key))));
      }
    }
    for (boolean isByLease : new boolean[] {false, true}) {
      linearizableReads(directory.resolve("leases " + isByLease), time, isByLease);
    }
    failovers(directory, Integer.parseInt(arguments[2]));
  }

  private static void linearizableReads(Path directory, Duration time, boolean isByLease)
      throws InterruptedException {
    try (ThreeMembers members =
        new ThreeMembers(
            directory,
            builder -> builder.consistency(Consistency.LINEARIZABLE),
            engine -> isByLease ? engine.leaseReads() : engine)) {
      members.get(1).put("key0", VALUE);
      int leads = Processes.leader(members.get(1), 0);
      for (int member : new int[] {leads, leads % 3 + 1}) {
        KVStore<String, String> reader = members.get(member);
        print(
            "linearizable reads "
                + (isByLease ? "by lease" : "through the log")
                + (member == leads ? ", leader" : ", follower"),
            blocking(1, time, key -> CompletableFuture.completedFuture(reader.get("key0"))));
      }
    }
  }

  private static void print(
      String what, Duration time, Function<String, ? extends CompletableFuture<?>> put)
      throws InterruptedException {
    pipelined(64, Duration.ofSeconds(3), put); // to warm up
    for (int callers : new int[] {1, 4}) {
      print(what + ", " + callers + " blocking callers", blocking(callers, time, put));
    }
    print(what + ", 64 in flight", pipelined(64, time, put));
  }

  private static void print(String what, double perSecond) {
    System.out.printf(Locale.ROOT, "%-36s %,12.0f a second%n", what, perSecond);
  }

  /** How many operations a second so many callers do, each of which awaits its answers. */
  static double blocking(
      int callers, Duration time, Function<String, ? extends CompletableFuture<?>> operation)
      throws InterruptedException {
    AtomicLong done = new AtomicLong();
    long deadline = System.nanoTime() + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; System.nanoTime() < deadline; i++) {
                  Object unused = operation.apply("key" + i % 10_000).join();
                  done.incrementAndGet();
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return done.get() / (time.toMillis() / 1e3);
  }

  /** How many operations a second one caller does who has so many under way. */
  static double pipelined(
      int inFlight, Duration time, Function<String, ? extends CompletableFuture<?>> operation)
      throws InterruptedException {
    Semaphore free = new Semaphore(inFlight);
    AtomicLong done = new AtomicLong();
    long deadline = System.nanoTime() + time.toNanos();
    for (int i = 0; System.nanoTime() < deadline; i++) {
      free.acquire();
      Ends.then(
          operation.apply("key" + i % 10_000),
          (value, thrown) -> {
            done.incrementAndGet();
            free.release();
          });
    }
    long all = done.get();
    free.acquire(inFlight);
    return all / (time.toMillis() / 1e3);
  }

  private static void failovers(Path directory, int number) throws Exception {
    long[] millis = new long[number];
    try (Processes processes = new Processes(directory, 3, 1);
        KVStore<String, String> store =
            processes.client(Consistency.LINEARIZABLE, Duration.ofMillis(100))) {
      for (int i = 0; i < number; i++) {
        int leader = Processes.leader(store, 0);
        put(store);
        processes.kill(leader);
        long begun = System.nanoTime();
        put(store);
        millis[i] = (System.nanoTime() - begun) / 1_000_000;
        processes.start(leader);
        Thread.sleep(1_000);
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "without service after SIGKILL of the leader, detection 300 ms: median %d ms, worst of %d"
            + " %d ms%n",
        millis[number / 2],
        number,
        millis[number - 1]);
  }

  /** Puts, again and again until one is answered. */
  private static void put(KVStore<String, String> store) {
    while (true) {
      try {
        store.put("k", VALUE);
        return;
      } catch (KVStoreException tryAgain) {
        // No leader yet.
      }
    }
  }
}
