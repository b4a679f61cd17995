package io.kvstore.examples.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.examples.bench.compare.Options;
import io.kvstore.examples.bench.compare.Table;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * An hour-like soak in small: whether a store that runs for long, under load and faults, keeps what
 * it no longer needs.
 *
 * <p>Each level in each threaded placement has its turn: callers write, a watcher is slow, a link
 * is cut and healed, nodes crash and start again, and each second one joins and another one leaves.
 * Meanwhile the heap after full collections, threads and open files are looked at.
 */
final class Soak {
  static final String HELP =
      """
      soak [OPTION VALUE]...      whether a store under load and faults keeps what it needs no more
        --seconds N         how long, in all (1200)
        --seed N            of keys and values (1)
      """;

  private static final int KEYS = 200;
  private static final int VALUE_BYTES = 2_000;
  private static final int CHANGES_KEPT = 500;
  private static final int SAMPLES = 12;
  private static final long SLOW_NANOS = 2_000_000;
  private static final long MEBIBYTE = 1 << 20;

  /** So much the heap may differ from one look to another though nothing is kept. */
  private static final long NOISE_BYTES = 6 * MEBIBYTE;

  private record Sample(long heap, int threads, long files) {}

  private final Table table =
      new Table("soak", "store", "second", "heap MiB", "threads", "files", "nodes so far");
  private final List<String> faults = new ArrayList<>();
  private final long seed;

  private Soak(long seed) {
    this.seed = seed;
  }

  /** Runs it; tells whether nothing grew. */
  static boolean run(Options options) {
    long seconds = (long) options.number("seconds", 1_200);
    Soak soak = new Soak((long) options.number("seed", 1));
    options.requireKnown();
    int stores = 2 * Consistency.values().length;
    KVStore.builder().open().close(); // all that is loaded once
    Sample before = sample();
    for (Placement placement : Placement.values()) {
      for (Consistency level : Consistency.values()) {
        soak.store(placement, level, TimeUnit.SECONDS.toNanos(seconds) / stores);
      }
    }
    Sample after = sample();
    soak.row("closed", seconds, after, 0);
    soak.requireFlat("after the last store was closed", before, after);
    System.out.print(soak.table.text());
    soak.faults.forEach(System.out::println);
    return soak.faults.isEmpty();
  }

  private void row(String store, long second, Sample sample, int nodes) {
    table.row(
        store,
        "" + second,
        String.format(Locale.ROOT, "%.1f", (double) sample.heap() / MEBIBYTE),
        "" + sample.threads(),
        "" + sample.files(),
        "" + nodes);
  }

  private void requireFlat(String when, Sample before, Sample after) {
    if (after.heap() > before.heap() + NOISE_BYTES) {
      faults.add(when + " the heap has grown by " + (after.heap() - before.heap()) + " bytes");
    }
    if (after.threads() > before.threads() + 4) {
      faults.add(when + " there are " + (after.threads() - before.threads()) + " threads more");
    }
    if (after.files() > before.files() + 8) {
      faults.add(when + " there are " + (after.files() - before.files()) + " open files more");
    }
  }

  private static Sample sample() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    long files =
        system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
    return new Sample(least, ManagementFactory.getThreadMXBean().getThreadCount(), files);
  }

  // One store

  private void store(Placement placement, Consistency level, long nanos) {
    String name = level + ", " + placement;
    List<Sample> samples = new ArrayList<>();
    try (KVStore<String, Bytes> store =
        KVStore.builder()
            .values(Codecs.BYTES)
            .consistency(level)
            .limits(Limits.DEFAULT.withChangesKept(CHANGES_KEPT)) // so that it is full soon
            .engine(new InProcess().placement(placement).seed(seed))
            .open()) {
      AtomicBoolean isOver = new AtomicBoolean();
      Thread caller = new Thread(() -> callUntil(isOver, store), "soak-caller");
      caller.start();
      store.watch(Scan.all(), change -> LockSupport.parkNanos(SLOW_NANOS));
      long begin = System.nanoTime();
      int nodes = 0;
      for (int round = 0; System.nanoTime() - begin < nanos; round++) {
        long next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        nodes += disturb(store, round) ? 1 : 0;
        if (System.nanoTime() - begin >= samples.size() * nanos / SAMPLES) {
          samples.add(sample());
          long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
          row(name, second, samples.get(samples.size() - 1), nodes);
        }
        while (System.nanoTime() < next) {
          LockSupport.parkNanos(next - System.nanoTime());
        }
      }
      isOver.set(true);
      join(caller);
      store.cluster().network().heal();
    }
    if (samples.size() >= 4) {
      requireFlat(
          name + ": from a third of its time to its end",
          samples.get(samples.size() / 3),
          samples.get(samples.size() - 1));
    }
  }

  private static void join(Thread caller) {
    try {
      caller.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void callUntil(AtomicBoolean isOver, KVStore<String, Bytes> store) {
    Random random = new Random(seed);
    while (!isOver.get()) {
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      String key = "key-" + random.nextInt(KEYS);
      try {
        if (random.nextInt(10) == 0) {
          store.async().put(key, Bytes.of(value)).exceptionally(failed -> null);
        } else if (random.nextInt(10) == 0) {
          store.remove(key);
        } else {
          store.put(key, Bytes.of(value));
        }
        store.get(key);
      } catch (KVStoreException refusedOrUnknown) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    }
  }

  /** Each second something else: tells whether a node has come and gone. */
  private static boolean disturb(KVStore<String, Bytes> store, int round) {
    NodeId one = NodeId.of(0);
    NodeId other = NodeId.of(1);
    try {
      switch (round % 6) {
        case 1 -> store.cluster().network().cut(one, other);
        case 3 -> store.cluster().network().heal();
        case 4 -> {
          store.cluster().crash(NodeId.of(2));
          store.cluster().restart(NodeId.of(2));
        }
        default -> {}
      }
      NodeId node = store.cluster().add();
      store.cluster().awaitMember(node, Duration.ofMillis(500));
      store.cluster().remove(node);
      return true;
    } catch (KVStoreException couldNot) {
      return false; // it stays, or another change is under way
    }
  }
}
