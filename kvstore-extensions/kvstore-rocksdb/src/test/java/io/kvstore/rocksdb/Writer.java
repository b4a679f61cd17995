package io.kvstore.rocksdb;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import io.kvstore.UnavailableException;
import io.kvstore.core.InProcess;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A process that writes to a store in RocksDB, and says of each write that it begins and that it
 * was answered, until it is killed.
 *
 * <p>Each thread has keys of its own, so that whoever listens knows what each key must hold.
 */
final class Writer {
  static final int THREADS = 3;
  static final int KEYS = 5;

  private Writer() {}

  /** The store that it writes to. */
  static KVStore<String, String> open(Path directory, Consistency level, Replication replication) {
    return KVStore.builder()
        .consistency(level)
        .replication(replication)
        .engine(new InProcess().datalet(RocksDatalets.in(directory).withMemory(16 << 20)))
        .shards(2)
        .open();
  }

  /** Arguments: the directory, the level, the replication, a seed, a number for its first value. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    KVStore<String, String> store =
        open(
            Path.of(arguments[0]),
            Consistency.valueOf(arguments[1]),
            Replication.valueOf(arguments[2]));
    long seed = Long.parseLong(arguments[3]);
    long first = Long.parseLong(arguments[4]);
    out.println("open");
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      new Thread(() -> write(store, number, new Random(seed + number), first, out)).start();
    }
    if (seed % 3 == 0 && Consistency.valueOf(arguments[1]).isAtLeast(Consistency.SEQUENTIAL)) {
      troubleNodes(store, new Random(seed));
    }
  }

  private static void write(
      KVStore<String, String> store, int thread, Random random, long first, PrintStream out) {
    for (long i = first; ; i++) {
      String key = "key-" + thread + "-" + random.nextInt(KEYS);
      String counter = "counter-" + thread;
      try {
        switch (random.nextInt(4)) {
          case 0 -> {
            out.println("? add " + counter + " 1 .");
            store.add(counter, 1);
            out.println("! add " + counter + " 1 .");
          }
          case 1 -> {
            out.println("? put " + key + " - .");
            store.remove(key);
            out.println("! put " + key + " - .");
          }
          default -> {
            out.println("? put " + key + " " + i + " .");
            store.put(key, Long.toString(i));
            out.println("! put " + key + " " + i + " .");
          }
        }
      } catch (UnavailableException refused) {
        out.println("- " + thread);
      } catch (RuntimeException unknown) {
        return; // it may happen at any time, and only these keys would show it
      }
    }
  }

  /** Nodes crash and come back all the time. */
  private static void troubleNodes(KVStore<String, String> store, Random random)
      throws InterruptedException {
    while (true) {
      var node = store.cluster().nodes().get(random.nextInt(store.cluster().nodes().size()));
      Thread.sleep(random.nextInt(100));
      store.cluster().crash(node);
      Thread.sleep(random.nextInt(100));
      store.cluster().restart(node);
    }
  }
}
