package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Update;
import io.kvstore.testkit.check.Convergence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A long load in small: three processes with eight shards each, 256 MiB of heap and a snapshot
 * after every 10,000 records of a shard's log. Prints what each member takes, idle and then every
 * minute: memory, threads, and its directory. In the end all members must hold the same. The
 * arguments: a directory, how many minutes, and after how many records there is a snapshot.
 */
public final class Soak {
  private static final int SHARDS = 8;
  private static final int IN_FLIGHT = 64;
  private static final int KEYS = 100_000;
  private static final long SNAPSHOT_EVERY = 10_000; // records of a shard's log, each a batch
  private static final int WAIT_SECONDS = 30;
  private static final Duration LIFETIME = Duration.ofSeconds(30);
  private static final String VALUE = "v".repeat(100);

  private final Random random = new Random(17);
  private final Semaphore free = new Semaphore(IN_FLIGHT);
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Path directory;
  private final long snapshotEvery;

  private Soak(Path directory, long snapshotEvery) {
    this.directory = directory;
    this.snapshotEvery = snapshotEvery;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    long snapshotEvery = arguments.length > 2 ? Long.parseLong(arguments[2]) : SNAPSHOT_EVERY;
    new Soak(directory, snapshotEvery).run(Duration.ofMinutes(Integer.parseInt(arguments[1])));
  }

  private void run(Duration time) throws Exception {
    try (Processes processes =
            new Processes(
                directory,
                SHARDS,
                RatisEngine.freeLoopbackPeers(3),
                member -> List.of("-Dkvstore.ratis.snapshotEvery=" + snapshotEvery));
        KVStore<String, String> store =
            processes.client(Consistency.SEQUENTIAL, Duration.ofSeconds(20))) {
      store.put("first", VALUE);
      Thread.sleep(Duration.ofSeconds(WAIT_SECONDS).toMillis());
      print("idle", processes, true);
      System.out.println("leaders: " + leaders(store));
      long begun = System.nanoTime();
      long minute = Duration.ofMinutes(1).toNanos();
      long before = 0;
      for (long next = begun + minute; next - begun <= time.toNanos(); next += minute) {
        while (System.nanoTime() < next) {
          submit(store);
        }
        long all = done.get();
        System.out.printf(
            Locale.ROOT,
            "%3d min: %,8.0f a second, %d failed%n",
            (next - begun) / minute,
            (all - before) / 60.0,
            failed.get());
        before = all;
        print("loaded", processes, false);
      }
      free.acquire(IN_FLIGHT);
      Thread.sleep(LIFETIME.plusSeconds(1).toMillis()); // members are read one after the other
      awaitWhole(store);
      print("after it", processes, true);
      System.out.println(
          "in all "
              + done
              + " done, "
              + failed
              + " failed; leaders: "
              + leaders(store)
              + "; all members hold the same: "
              + Convergence.checkAgreement(contents(processes)));
    }
  }

  /** Of ten operations seven put, one removes, one puts for half a minute, and one reads. */
  private void submit(KVStore<String, String> store) throws InterruptedException {
    free.acquire();
    String key = "key " + random.nextInt(KEYS);
    int kind = random.nextInt(10);
    CompletableFuture<?> operation =
        kind < 7
            ? store.async().put(key, VALUE)
            : kind == 7
                ? store.async().remove(key)
                : kind == 8
                    ? store.async().update(Update.put(key, VALUE).lifetime(LIFETIME))
                    : store.async().get(key);
    Ends.then(
        operation,
        (value, thrown) -> {
          (thrown == null ? done : failed).incrementAndGet();
          free.release();
        });
  }

  private void print(String when, Processes processes, boolean collectFirst) throws Exception {
    for (int member : processes.members()) {
      System.out.println(
          "         n"
              + member
              + " "
              + when
              + ": "
              + ProcessFigures.of(
                  processes.process(member).pid(), directory.resolve("n" + member), collectFirst));
    }
  }

  private static Map<NodeId, Integer> leaders(KVStore<String, String> store) {
    Map<NodeId, Integer> led = new TreeMap<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      led.merge(store.cluster().view(shard).primary(), 1, Integer::sum);
    }
    return led;
  }

  private static void awaitWhole(KVStore<String, String> store) throws InterruptedException {
    while (store.cluster().health() != Health.WHOLE
        || store.cluster().replicas().stream().anyMatch(replica -> replica.lag() > 0)) {
      Thread.sleep(100);
    }
  }

  private static Map<NodeId, Map<String, String>> contents(Processes processes) {
    Map<NodeId, Map<String, String>> all = new TreeMap<>();
    try (KVStore<String, String> store =
        processes.client(Consistency.SEQUENTIAL, Duration.ofMinutes(1))) {
      for (NodeId node : store.cluster().nodes()) {
        Map<String, String> entries = new HashMap<>();
        store.at(node).snapshot().forEach(item -> entries.put(item.key(), item.value()));
        all.put(node, entries);
      }
    } catch (KVStoreException unavailable) {
      throw new IllegalStateException("a member cannot be read", unavailable);
    }
    return all;
  }
}
