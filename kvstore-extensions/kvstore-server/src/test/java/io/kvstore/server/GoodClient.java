package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client as it should be, beside those that are not: writes and reads a small value, and asks
 * whether the node serves, again and again, and notes how long each answer takes.
 */
final class GoodClient implements AutoCloseable {
  private static final int MOST = 1_000_000;
  private static final int WARM_UP = 200;
  private static final long PAUSE_MILLIS = 2;
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final Supplier<RawClient> memcached;
  private final Supplier<RawClient> http;
  private final long[] nanos = new long[MOST];
  private final Thread thread = new Thread(this::run, "good client");
  private final CountDownLatch isWarm = new CountDownLatch(1);
  private int number;
  private volatile boolean isOver;
  private volatile @Nullable Throwable failure;

  /** Returns when it is as fast as it will be. */
  GoodClient(Supplier<RawClient> memcached, Supplier<RawClient> http) throws InterruptedException {
    this.memcached = memcached;
    this.http = http;
    thread.start();
    isWarm.await();
  }

  private void run() {
    try (RawClient items = memcached.get();
        RawClient node = http.get()) {
      for (int round = 0; !isOver && number < MOST; round++) {
        String value = Integer.toString(number);
        long begin = System.nanoTime();
        String answer =
            items.say("set good 0 0 " + value.length() + "\r\n" + value + "\r\nget good\r\n");
        assertThat(answer)
            .isEqualTo("STORED\r\nVALUE good 0 " + value.length() + "\r\n" + value + "\r\nEND\r\n");
        assertThat(node.send(HEALTH).readLine()).isEqualTo("HTTP/1.1 200 OK\r\n");
        node.readUntil("}");
        if (round >= WARM_UP) {
          isWarm.countDown();
          nanos[number++] = System.nanoTime() - begin;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (Throwable failed) {
      failure = failed;
    } finally {
      isWarm.countDown();
    }
  }

  /** Ends, and requires that all was answered, 99 of 100 rounds within this time. */
  void requireServedWithin(String name, long p99Millis) throws InterruptedException {
    isOver = true;
    thread.join();
    if (failure != null) {
      throw new AssertionError("the good client has failed in round " + number, failure);
    }
    assertThat(number).as("rounds of the good client").isPositive();
    Arrays.sort(nanos, 0, number);
    long p99 = millis(0.99);
    System.out.printf(
        "%s: %d rounds of the good client, median %d ms, p99 %d ms, longest %d ms%n",
        name, number, millis(0.5), p99, millis(1));
    assertThat(p99).as("p99 in milliseconds").isLessThan(p99Millis);
  }

  private long millis(double part) {
    return TimeUnit.NANOSECONDS.toMillis(nanos[Math.min(number - 1, (int) (number * part))]);
  }

  @Override
  public void close() {
    isOver = true;
  }
}
