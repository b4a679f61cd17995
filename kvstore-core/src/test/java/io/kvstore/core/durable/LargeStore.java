package io.kvstore.core.durable;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Writes more than fits into the heap of its process, opens it again, lists it, has a blank node
 * join, and writes all of it once more, which is compacted. Says how long each takes.
 */
final class LargeStore {
  private static final int VALUE_BYTES = 10_000;
  private static final int PAGE = 200;
  private static final int UNDER_WAY = 100;

  private final StoreBuilder<String, Bytes> builder;
  private final int entries;
  private long since = System.nanoTime();

  private LargeStore(Path directory, int entries) {
    builder = KVStore.builder().values(Codecs.BYTES).storageDirectory(directory).replicas(2);
    this.entries = entries;
  }

  /** A directory, and how many entries. */
  public static void main(String[] arguments) throws Exception {
    new LargeStore(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
  }

  private void run() throws InterruptedException {
    try (KVStore<String, Bytes> store = builder.open()) {
      write(store, 1);
    }
    say("written");
    try (KVStore<String, Bytes> store = builder.open()) {
      say("opened");
      check(store.session(), 1);
      say("listed");
      NodeId blank = store.cluster().add();
      while (store.cluster().status(blank) != NodeStatus.SERVING) {
        Thread.sleep(Duration.ofMillis(20).toMillis());
      }
      say("joined");
      check(store.at(blank), 1);
      say("listed");
      write(store, 2);
      write(store, 3);
      say("compacted");
      check(store.at(blank), 3);
      say("listed");
    }
    say("closed");
  }

  private void say(String done) {
    long now = System.nanoTime();
    System.out.printf("%s after %d ms%n", done, Duration.ofNanos(now - since).toMillis());
    since = now;
  }

  private void write(KVStore<String, Bytes> store, int round) {
    SplittableRandom random = new SplittableRandom(round);
    Queue<CompletableFuture<?>> underWay = new ArrayDeque<>();
    byte[] value = new byte[VALUE_BYTES];
    for (int i = 0; i < entries; i++) {
      random.nextBytes(value);
      value[0] = (byte) round;
      underWay.add(store.async().put(key(i), Bytes.of(value)));
      if (underWay.size() > UNDER_WAY) {
        underWay.remove().join();
      }
    }
    underWay.forEach(CompletableFuture::join);
  }

  private static String key(int number) {
    return String.format("key-%09d", number);
  }

  private void check(Session<String, Bytes> session, int round) {
    int seen = 0;
    List<Item<String, Bytes>> page = session.scan(Scan.<String>all().limit(PAGE));
    while (!page.isEmpty()) {
      for (Item<String, Bytes> each : page) {
        if (!each.key().equals(key(seen++)) || each.value().toArray()[0] != round) {
          throw new AssertionError(each.key() + " of round " + each.value().toArray()[0]);
        }
      }
      page = session.scan(Scan.after(page.get(page.size() - 1).key()).limit(PAGE));
    }
    if (seen != entries) {
      throw new AssertionError(seen + " entries instead of " + entries);
    }
  }
}
