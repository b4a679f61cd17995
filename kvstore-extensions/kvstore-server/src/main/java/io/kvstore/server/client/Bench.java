package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.server.transfer.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A load on a server: clients that each ask, wait for the answer, and ask again. */
final class Bench {
  private static final double NANOS = 1e9;

  /**
   * What the clients do.
   *
   * @param clients how many there are
   * @param seconds for how long they are measured
   * @param warmupSeconds for how long they ask before
   * @param reads how many of a hundred operations are reads
   * @param keys how many keys they choose among
   * @param valueBytes how long values are
   * @param prefix what the keys begin with
   * @param seed of their choices
   */
  record Load(
      int clients,
      double seconds,
      double warmupSeconds,
      int reads,
      int keys,
      int valueBytes,
      String prefix,
      long seed) {}

  /**
   * What was seen.
   *
   * @param seconds how long it took
   * @param failed how many operations ended in no answer or in an error
   * @param firstFailure what was said of the first of them
   */
  record Result(
      Latencies reads,
      Latencies writes,
      double seconds,
      long failed,
      @Nullable Trouble firstFailure) {
    double perSecond() {
      return (reads.number() + writes.number()) / seconds;
    }
  }

  private final Remote remote;
  private final InTable table;
  private final Load load;
  private final byte[] value;
  private final AtomicLong done = new AtomicLong();
  private volatile boolean isMeasured;
  private volatile boolean isOver;

  Bench(Remote remote, InTable table, Load load) {
    this.remote = remote;
    this.table = table;
    this.load = load;
    value =
        Reply.JSON.writeValueAsBytes(
            Reply.JSON.createObjectNode().put("value", "v".repeat(load.valueBytes())));
  }

  /** One of the clients, on a thread of its own. */
  private final class Client extends Thread {
    private final Random random;
    private final Latencies reads = new Latencies();
    private final Latencies writes = new Latencies();
    private long failed;
    private @Nullable Trouble firstFailure;

    Client(int number) {
      super("kvstore-bench-" + number);
      random = new Random(load.seed() * 1_000_003 + number);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!isOver) {
        boolean isRead = random.nextInt(100) < load.reads();
        String path = table.data(key(random.nextInt(load.keys())));
        boolean counts = isMeasured;
        long begin = System.nanoTime();
        try {
          Reply unused =
              isRead
                  ? remote.expect(remote.get(path), 200, 404)
                  : remote.expect(remote.send("PUT", path, value), 200, 201);
          if (counts) {
            (isRead ? reads : writes).add(System.nanoTime() - begin);
            done.incrementAndGet();
          }
        } catch (Trouble trouble) {
          if (trouble.code() == Trouble.INTERRUPTED) {
            return;
          }
          failed++;
          firstFailure = firstFailure == null ? trouble : firstFailure;
        }
      }
    }
  }

  private String key(int number) {
    return load.prefix() + number;
  }

  /** Sets every key, so that reads find something. */
  void fill(Progress progress) throws Trouble {
    try {
      for (int number = 0; number < load.keys(); number++) {
        Reply unused = remote.expect(remote.send("PUT", table.data(key(number)), value), 200, 201);
        progress.at(number);
      }
    } finally {
      progress.end();
    }
  }

  /** Removes every key. */
  void clear() throws Trouble {
    for (int number = 0; number < load.keys(); number++) {
      Reply unused =
          remote.expect(
              remote.send("DELETE", table.data(key(number)), "".getBytes(UTF_8)), 200, 404);
    }
  }

  /** How much of the time is over, from 0 to 1. */
  double fraction(long beginNanos) {
    return (System.nanoTime() - beginNanos) / (load.seconds() * NANOS);
  }

  Result run(Progress progress) throws Trouble {
    List<Client> clients = new ArrayList<>();
    for (int number = 0; number < load.clients(); number++) {
      clients.add(new Client(number));
    }
    try {
      clients.forEach(Thread::start);
      Thread.sleep((long) (load.warmupSeconds() * 1_000));
      isMeasured = true;
      long begin = System.nanoTime();
      while (fraction(begin) < 1) {
        Thread.sleep(Math.max(1, Math.min(100, (long) (load.seconds() * 100))));
        progress.at(done.get());
      }
      isMeasured = false;
      double seconds = (System.nanoTime() - begin) / NANOS;
      end(clients);
      return result(clients, seconds);
    } catch (InterruptedException interrupted) {
      clients.forEach(Thread::interrupt);
      throw new Trouble(Trouble.INTERRUPTED, "interrupted", interrupted);
    } finally {
      isOver = true;
      progress.end();
    }
  }

  private void end(List<Client> clients) throws InterruptedException {
    isOver = true;
    for (Client each : clients) {
      each.join();
    }
  }

  private static Result result(List<Client> clients, double seconds) {
    Latencies reads = new Latencies();
    Latencies writes = new Latencies();
    long failed = 0;
    Trouble first = null;
    for (Client each : clients) {
      reads.add(each.reads);
      writes.add(each.writes);
      failed += each.failed;
      first = first == null ? each.firstFailure : first;
    }
    return new Result(reads, writes, seconds, failed, first);
  }
}
