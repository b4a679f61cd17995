package io.kvstore.examples.bench;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How much heap a store takes: with nothing in it, and for each of a million entries of 16 + 100
 * bytes in three replicas. Needs a heap of some gigabytes.
 */
public final class MemoryFigures {
  private static final int IDLE_STORES = 100;
  private static final int ENTRIES = 1_000_000;
  private static final int COLLECTIONS = 5; // what has just become garbage may outlive the first
  private static final long HEAP_NEEDED = 2L << 30;

  private static final SplittableRandom RANDOM = new SplittableRandom(42);

  private MemoryFigures() {}

  /** Prints the figures. */
  public static void main(String... arguments) {
    for (Placement placement : Placement.values()) {
      bytesOfAnIdleStore(placement); // the first time, classes are loaded and compiled
      System.out.printf(
          Locale.ROOT,
          "idle store of three replicas, %-10s %,9d bytes%n",
          placement + ":",
          bytesOfAnIdleStore(placement));
    }
    if (Runtime.getRuntime().maxMemory() < HEAP_NEEDED) {
      System.out.println("For the rest a larger heap is needed: MAVEN_OPTS=-Xmx4g");
      return;
    }
    System.out.printf(
        Locale.ROOT, "entry of one HashMap:                   %,9d bytes%n", bytesOfAMapEntry());
    for (Consistency level : Consistency.values()) {
      System.out.printf(
          Locale.ROOT,
          "entry in three replicas, %-15s %,9d bytes%n",
          level + ":",
          bytesOfAnEntry(level));
    }
    System.out.println("The 116 bytes of an entry's key and value are counted in.");
  }

  private static long bytesOfAnIdleStore(Placement placement) {
    List<KVStore<Bytes, Bytes>> stores = new ArrayList<>();
    long before = usedHeap();
    for (int i = 0; i < IDLE_STORES; i++) {
      stores.add(open(Consistency.LINEARIZABLE, placement));
    }
    long after = usedHeap();
    stores.forEach(KVStore::close);
    return (after - before) / IDLE_STORES;
  }

  private static long bytesOfAnEntry(Consistency level) {
    try (KVStore<Bytes, Bytes> store = open(level, Placement.SHARED)) {
      long before = usedHeap();
      for (int i = 0; i < ENTRIES; i++) {
        store.put(noise(Workload.KEY_BYTES), noise(Workload.VALUE_BYTES));
      }
      long after = usedHeap();
      return (after - before) / store.size();
    }
  }

  private static long bytesOfAMapEntry() {
    Map<Bytes, Bytes> map = new HashMap<>();
    long before = usedHeap();
    for (int i = 0; i < ENTRIES; i++) {
      map.put(noise(Workload.KEY_BYTES), noise(Workload.VALUE_BYTES));
    }
    long after = usedHeap();
    return (after - before) / map.size();
  }

  private static Bytes noise(int size) {
    byte[] bytes = new byte[size];
    RANDOM.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private static KVStore<Bytes, Bytes> open(Consistency level, Placement placement) {
    return KVStore.builder()
        .keys(Codecs.BYTES)
        .values(Codecs.BYTES)
        .consistency(level)
        .limits(Limits.DEFAULT.withHeldBytes(Long.MAX_VALUE))
        .engine(new InProcess().placement(placement))
        .open();
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
