package io.kvstore.core.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.loop.Driver.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No message is lost between threads and loops, none overtakes another of its sender, no loop has
 * two owners, and nobody sleeps on while there is something to do.
 *
 * <p>Counters of a loop are plain fields: two owners at once, or one that does not see what the one
 * before it did, would lose counts. A billion messages for each driver:
 *
 * <pre>
 * mvn test -pl kvstore-api,kvstore-core -Dtest=MessagesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dkvstore.messages=1000000000
 * </pre>
 */
class MessagesTest {
  private static final long MESSAGES = Long.getLong("kvstore.messages", 2_000_000);
  private static final int PAUSES = (int) Math.min(100_000, Math.max(2_000, MESSAGES / 1_000));
  private static final int CLIENTS = 4;
  private static final int LOOPS = 3;
  private static final int WINDOW = 256;
  private static final long PATIENCE = SECONDS.toNanos(20);

  /** What a loop's messages count; the loop's own. */
  private static final class Counters {
    private final EventLoop loop;
    private final long[] direct = new long[CLIENTS];
    private long handedOn;
    private long timers;

    Counters(EventLoop loop) {
      this.loop = loop;
    }
  }

  /**
   * Half of the messages come from client threads, half are what these make one loop tell the next.
   */
  @ParameterizedTest
  @EnumSource
  void everyMessageArrivesOnceAndInItsSendersOrder(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      List<Counters> counters =
          IntStream.range(0, LOOPS)
              .mapToObj(i -> new Counters(driver.newLoop("loop-" + i)))
              .toList();
      AtomicLong submitted = new AtomicLong();
      AtomicLong delivered = new AtomicLong();
      long windows = MESSAGES / 2 / CLIENTS / WINDOW;
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (long window = 0; window < windows; window++) {
                    sendWindow(driver, counters, number, window);
                    submitted.incrementAndGet();
                    EventLoop loop = counters.get((int) (window % LOOPS)).loop;
                    PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});
                    CompletableFuture<Void> unused =
                        clientTask.delivered().thenRun(delivered::incrementAndGet);
                    driver.submit(loop, clientTask);
                  }
                },
                task -> new Thread(task, "client-" + number).start()));
      }
      for (CompletableFuture<Void> client : clients) {
        client.get();
      }

      long sent = windows * WINDOW * CLIENTS;
      awaitThat(() -> sumOnLoops(driver, counters, each -> each.handedOn) == sent, "handed on");
      awaitThat(() -> delivered.get() == submitted.get(), "delivered");
      assertThat(
              sumOnLoops(
                  driver,
                  counters,
                  each -> IntStream.range(0, CLIENTS).mapToLong(i -> each.direct[i]).sum()))
          .isEqualTo(sent);
      awaitThat(
          () -> sumOnLoops(driver, counters, each -> each.timers) == windows * CLIENTS, "timers");
    }
  }

  private static void sendWindow(Driver driver, List<Counters> all, int client, long window) {
    Counters here = all.get((int) ((client + window) % LOOPS));
    Counters next = all.get((int) ((client + window + 1) % LOOPS));
    Runnable handOn = () -> next.handedOn++;
    Runnable message =
        () -> {
          here.direct[client]++;
          next.loop.execute(handOn);
        };
    long[] before = new long[1];
    call(driver, here.loop, () -> before[0] = here.direct[client]);
    for (int i = 0; i < WINDOW; i++) {
      here.loop.execute(message);
    }
    here.loop.execute(
        () -> here.loop.timer(Actors.PATIENT, () -> here.timers++).start(window % 1_000));
    long[] after = new long[1];
    call(driver, here.loop, () -> after[0] = here.direct[client]);
    assertThat(after[0] - before[0])
        .as("what client %s sent before it asked, in window %s", client, window)
        .isEqualTo(WINDOW);
  }

  private static void call(Driver driver, EventLoop loop, Runnable task) {
    assertThat(driver.call(loop, PromisedClientTask.on(loop, task), PATIENCE)).isEqualTo(Wait.DONE);
  }

  private static long sumOnLoops(
      Driver driver, List<Counters> counters, ToLongFunction<Counters> count) {
    long[] sum = new long[1];
    counters.forEach(each -> call(driver, each.loop, () -> sum[0] += count.applyAsLong(each)));
    return sum[0];
  }

  private static void awaitThat(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not all were " + what + " in time").isLessThan(deadline);
      WaitStrategy.letOthersRun();
    }
  }

  /** The pauses are about as long as it takes a thread to lose its patience and go to sleep. */
  @ParameterizedTest
  @EnumSource
  void aLoopThatIsAboutToSleepIsWoken(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      EventLoop blocking = driver.newBlockingLoop("blocking");
      for (int i = 0; i < PAUSES; i++) {
        CountDownLatch arrived = new CountDownLatch(1);
        pause(200_000 + i % 100 * 200L);
        loop.execute(() -> blocking.execute(() -> loop.execute(arrived::countDown)));
        assertThat(arrived.await(20, SECONDS)).as("message %s", i).isTrue();
      }
    }
  }

  /** The end comes about when the caller goes to sleep. */
  @ParameterizedTest
  @EnumSource
  void aCallerThatIsAboutToSleepIsWoken(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      EventLoop blocking = driver.newBlockingLoop("blocking");
      for (int i = 0; i < PAUSES; i++) {
        long nanos = i % 100 * 1_000L;
        PromisedClientTask[] clientTask = new PromisedClientTask[1];
        clientTask[0] =
            PromisedClientTask.openEnded(
                loop,
                () ->
                    blocking.execute(
                        () -> {
                          pause(nanos);
                          loop.execute(clientTask[0]::end);
                        }));
        assertThat(driver.call(loop, clientTask[0], PATIENCE))
            .as("call %s", i)
            .isEqualTo(Wait.DONE);
      }
    }
  }

  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
