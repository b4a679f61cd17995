package io.kvstore.rocksdb;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.core.InProcess;
import io.kvstore.core.datalet.Fsync;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Writes more entries than fit into the heap of its process, opens the store again, reads keys, has
 * a blank node join while others write, and lists all of it there. Says how long each takes, and
 * how much of the heap is in use.
 */
final class LargeStore {
  private static final int VALUE_BYTES = 100;
  private static final int TOGETHER = 500; // entries in a batch
  private static final int UNDER_WAY = 8; // batches
  private static final int OWED_BYTES = 4 << 20;
  private static final int PAGE = 1_000;
  private static final int READS = 20_000;

  private final Path directory;
  private final StoreBuilder<String, Bytes> builder;
  private final int entries;
  private long since = System.nanoTime();

  private LargeStore(Path directory, int entries) {
    this.directory = directory;
    RocksDatalets datalets =
        RocksDatalets.in(directory)
            .withMemory(64 << 20)
            .withFsync(Fsync.every(Duration.ofMillis(100)));
    builder =
        KVStore.builder()
            .values(Codecs.BYTES)
            .replicas(1)
            .timeout(Duration.ofMinutes(10))
            .limits(Limits.DEFAULT.withOwedBytes(OWED_BYTES))
            .engine(new InProcess().datalet(datalets));
    this.entries = entries;
  }

  /** A directory, and how many entries. */
  public static void main(String[] arguments) throws Exception {
    new LargeStore(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
  }

  private void run() throws Exception {
    try (KVStore<String, Bytes> store = builder.open()) {
      write(store);
      say("written");
    }
    say("closed");
    try (KVStore<String, Bytes> store = builder.open()) {
      say("opened");
      read(store);
      say(READS + " keys read");
      NodeId blank = join(store);
      list(store.at(blank));
      say("listed at " + blank);
    }
    say("closed");
  }

  private void say(String done) throws Exception {
    long now = System.nanoTime();
    long millis = Duration.ofNanos(now - since).toMillis();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "%s after %d ms; %d MiB of the heap in use, %d MiB of the machine, %d MiB on disk%n",
        done,
        millis,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        resident() >> 20,
        onDisk() >> 20);
    since = System.nanoTime();
  }

  /** What the machine has given to this process; 0 where it does not tell. */
  private static long resident() throws Exception {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }

  private long onDisk() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  private void write(KVStore<String, Bytes> store) {
    SplittableRandom random = new SplittableRandom(1);
    Queue<CompletableFuture<?>> underWay = new ArrayDeque<>();
    for (int first = 0; first < entries; first += TOGETHER) {
      List<Update<String, Bytes>> batch = new ArrayList<>(TOGETHER);
      for (int i = first; i < Math.min(first + TOGETHER, entries); i++) {
        batch.add(Update.put(key(i), value(i, random)));
      }
      underWay.add(store.async().batch(batch));
      if (underWay.size() >= UNDER_WAY) {
        underWay.remove().join();
      }
    }
    underWay.forEach(CompletableFuture::join);
  }

  private static String key(int number) {
    return String.format("key-%012d", number);
  }

  /** Half of its bytes are like those of others, so that it can be compressed as data can. */
  private static Bytes value(int number, SplittableRandom random) {
    byte[] value = new byte[VALUE_BYTES];
    for (int i = 8; i < VALUE_BYTES / 2; i++) {
      value[i] = (byte) random.nextInt();
    }
    ByteBuffer.wrap(value).putLong(number);
    return Bytes.wrap(value);
  }

  private void read(KVStore<String, Bytes> store) {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < READS; i++) {
      int number = random.nextInt(entries);
      require(number, store.get(key(number)).orElseThrow());
    }
  }

  private static void require(int number, Bytes value) {
    long found = ByteBuffer.wrap(value.toArray()).getLong();
    if (found != number) {
      throw new AssertionError(found + " under " + key(number));
    }
  }

  /** Has a node join, while a client writes to keys of its own. */
  private NodeId join(KVStore<String, Bytes> store) throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicLong answered = new AtomicLong();
    AtomicLong longest = new AtomicLong();
    Thread load =
        new Thread(
            () -> {
              while (!isOver.get()) {
                long begun = System.nanoTime();
                try {
                  store.put("other-" + answered.get() % 1_000, Bytes.of("value"));
                  answered.incrementAndGet();
                } catch (UnavailableException refused) {
                  Thread.onSpinWait(); // asked again
                }
                longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
              }
            });
    load.start();
    NodeId blank = store.cluster().add();
    while (store.cluster().status(blank) != NodeStatus.SERVING) {
      Thread.sleep(20);
    }
    say("joined");
    isOver.set(true);
    load.join();
    System.out.printf(
        "%d writes answered meanwhile, the longest after %d ms%n",
        answered.get(), Duration.ofNanos(longest.get()).toMillis());
    return blank;
  }

  private void list(Session<String, Bytes> session) {
    int seen = 0;
    List<Item<String, Bytes>> page = session.scan(Scan.prefix("key-").limit(PAGE));
    while (!page.isEmpty()) {
      for (Item<String, Bytes> each : page) {
        if (!each.key().equals(key(seen))) {
          throw new AssertionError(each.key() + " in the place of " + key(seen));
        }
        require(seen++, each.value());
      }
      String last = page.get(page.size() - 1).key();
      page = session.scan(Scan.prefix("key-").startAfter(last).limit(PAGE));
    }
    if (seen != entries) {
      throw new AssertionError(seen + " entries instead of " + entries);
    }
  }
}
