package io.kvstore.examples.bench;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** How long a client waits at the most while a node joins a loaded store. */
public final class JoinFigures {
  private static final int ENTRIES = 1_000_000;
  private static final int WARM_UP = 300_000;
  private static final int ROUNDS = 3;
  private static final int KEPT = 2_000_000;
  private static final long SEED = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AFTERWARDS = Duration.ofMillis(500);

  private JoinFigures() {}

  /** Prints what one client sees that puts all the time, in rounds with a join and without one. */
  public static void main(String... arguments) throws InterruptedException {
    System.out.printf(Locale.ROOT, "%,d entries, one client that puts, seed %d:%n", ENTRIES, SEED);
    for (Consistency consistency : Consistency.values()) {
      measure(consistency, Placement.SHARED);
    }
    measure(Consistency.LINEARIZABLE, Placement.DEDICATED);
  }

  private static void measure(Consistency consistency, Placement placement)
      throws InterruptedException {
    System.out.println(consistency + ", " + placement);
    try (KVStore<String, String> store =
        KVStore.builder()
            .engine(new InProcess().placement(placement))
            .consistency(consistency)
            .open()) {
      for (int i = 0; i < ENTRIES; i++) {
        store.put("key" + i, "value");
      }
      Client client = new Client(store);
      try {
        client.awaitOperations(WARM_UP);
        for (int round = 0; round < ROUNDS; round++) {
          client.begin();
          Thread.sleep(AFTERWARDS.toMillis());
          client.tell("nobody joins");
          client.begin();
          long nanos = join(store);
          Thread.sleep(AFTERWARDS.toMillis());
          client.tell(String.format(Locale.ROOT, "joined after %.0f ms", nanos / 1e6));
        }
      } finally {
        client.end();
      }
    }
  }

  /** One more node joins. Returns how long the joining took. */
  private static long join(KVStore<String, String> store) {
    long start = System.nanoTime();
    NodeId joiner = store.cluster().add();
    if (!store.cluster().awaitMember(joiner, PATIENCE)) {
      throw new IllegalStateException("node " + joiner + " has not joined within " + PATIENCE);
    }
    return System.nanoTime() - start;
  }

  /** Puts in a thread of its own, and knows how long each took. */
  private static final class Client {
    private final long[] nanos = new long[KEPT];
    private final Thread thread;
    private volatile int done;
    private volatile boolean isOver;
    private volatile boolean isToBegin;

    Client(KVStore<String, String> store) {
      thread = new Thread(() -> putAllTheTime(store), "client");
      thread.start();
    }

    private void putAllTheTime(KVStore<String, String> store) {
      SplittableRandom random = new SplittableRandom(SEED);
      while (!isOver) {
        String key = "key" + random.nextInt(ENTRIES);
        if (isToBegin) {
          isToBegin = false;
          done = 0;
        }
        long start = System.nanoTime();
        store.put(key, "other");
        int number = done;
        nanos[number % KEPT] = System.nanoTime() - start;
        done = number + 1;
      }
    }

    void awaitOperations(int number) throws InterruptedException {
      while (done < number && thread.isAlive()) {
        Thread.sleep(1);
      }
    }

    void begin() throws InterruptedException {
      isToBegin = true;
      while (isToBegin && thread.isAlive()) {
        Thread.sleep(1);
      }
    }

    void tell(String what) {
      long[] seen = LongStream.of(Arrays.copyOf(nanos, Math.min(done, KEPT))).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "  %-22s %,9d puts   p99.9 %7.3f ms   longest %6.1f ms%n",
          what,
          seen.length,
          seen[(int) (seen.length * 0.999)] / 1e6,
          seen[seen.length - 1] / 1e6);
    }

    void end() throws InterruptedException {
      isOver = true;
      thread.join();
    }
  }
}
