package io.kvstore.core.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.kvstore.core.loop.Driver.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a driver: nobody is left waiting, whatever was going on. */
@Timeout(60)
class ClosingTest {
  private static final long LONG = SECONDS.toNanos(50);
  private static final int ROUNDS = 30;

  @ParameterizedTest
  @EnumSource
  void mailIsReadBeforeTheLastTaskOfALoop(Drivers drivers) {
    for (int round = 0; round < ROUNDS; round++) {
      Driver driver = drivers.open();
      EventLoop loop = driver.newLoop("loop");
      List<Integer> ran = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int number = i;
        loop.execute(() -> ran.add(number));
      }
      driver.close(last -> ran.add(300));

      assertThat(ran).hasSize(301).isSorted();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWaitingCallerIsToldOfTheEnd(Drivers drivers) throws Exception {
    Driver driver = drivers.open();
    EventLoop loop = driver.newLoop("loop");
    CountDownLatch begun = new CountDownLatch(1);
    PromisedClientTask clientTask = PromisedClientTask.openEnded(loop, begun::countDown);
    CompletableFuture<Wait> call =
        CompletableFuture.supplyAsync(() -> driver.call(loop, clientTask, LONG));
    begun.await();
    driver.close(last -> clientTask.end());

    assertThat(call.get(20, SECONDS)).isEqualTo(Wait.DONE);
  }

  @ParameterizedTest
  @EnumSource
  void aCallerThatLooksWhileTheDriverIsClosingStillGetsItsAnswer(Drivers drivers) throws Exception {
    Driver driver = drivers.open();
    EventLoop loop = driver.newLoop("loop");
    CountDownLatch begun = new CountDownLatch(1);
    PromisedClientTask clientTask = PromisedClientTask.openEnded(loop, begun::countDown);
    CompletableFuture<Wait> call = new CompletableFuture<>();
    Thread caller = new Thread(() -> call.complete(driver.call(loop, clientTask, LONG)));
    caller.start();
    begun.await();
    driver.close(
        last -> {
          for (int i = 0; i < 20 && !call.isDone(); i++) {
            LockSupport.unpark(caller);
            Uninterruptibles.sleepUninterruptibly(1, MILLISECONDS);
          }
          clientTask.end();
        });

    assertThat(call.get(20, SECONDS)).isEqualTo(Wait.DONE);
  }

  @ParameterizedTest
  @EnumSource
  void aCallAfterTheEndReturns(Drivers drivers) {
    Driver driver = drivers.open();
    EventLoop loop = driver.newLoop("loop");
    driver.close();

    assertThat(driver.call(loop, PromisedClientTask.on(loop, () -> {}), LONG))
        .isEqualTo(Wait.CLOSED);
  }

  @ParameterizedTest
  @EnumSource
  void noLoopBeginsAfterTheEnd(Drivers drivers) {
    Driver driver = drivers.open();
    driver.close();

    assertThatThrownBy(() -> driver.newLoop("late")).hasMessage("the store is closed");
    assertThatThrownBy(() -> driver.newBlockingLoop("late")).hasMessage("the store is closed");
  }

  /** As when a node is added, or a shard begins to move, while a store is closed. */
  @ParameterizedTest
  @EnumSource
  void noThreadIsLeftOfLoopsThatBeginMeanwhile(Drivers drivers) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Driver driver = drivers.open();
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Void> refused = new CompletableFuture<>();
      Thread maker =
          new Thread(
              () -> {
                try {
                  while (true) {
                    driver.newBlockingLoop("late");
                    begun.countDown();
                  }
                } catch (IllegalStateException closed) {
                  refused.complete(null);
                }
              });
      maker.start();
      begun.await();
      driver.close();

      refused.get(20, SECONDS);
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.endsWith("-late"));
    }
  }

  /** Each round ends a driver at another moment of the life of tasks, submitted and called. */
  @ParameterizedTest
  @EnumSource
  void whateverIsUnderWayAtTheEndIsRunAndDeliveredOrLeftAlone(Drivers drivers) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Driver driver = drivers.open();
      EventLoop loop = driver.newLoop("loop");
      AtomicInteger threadsToGo = new AtomicInteger(3);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong calls = new AtomicLong();
      List<PromisedClientTask> submitted = new ArrayList<>();
      CompletableFuture<?> submitter =
          CompletableFuture.runAsync(
              () -> {
                while (!stop.get() && submitted.size() < 2_000) {
                  PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});
                  submitted.add(clientTask);
                  driver.submit(loop, clientTask);
                }
              },
              task -> start(task, threadsToGo));
      List<CompletableFuture<?>> callers = new ArrayList<>(List.of(submitter));
      for (int i = 0; i < 2; i++) {
        callers.add(
            CompletableFuture.runAsync(
                () -> {
                  Wait wait = Wait.DONE;
                  while (wait == Wait.DONE && !stop.get()) {
                    wait = driver.call(loop, PromisedClientTask.on(loop, () -> {}), LONG);
                    calls.incrementAndGet();
                  }
                  assertThat(wait).isIn(Wait.DONE, Wait.CLOSED);
                },
                task -> start(task, threadsToGo)));
      }
      while (calls.get() < round * 5L) {
        Thread.onSpinWait();
      }
      driver.close();
      stop.set(true);

      for (CompletableFuture<?> each : callers) {
        each.get(20, SECONDS);
      }
      for (PromisedClientTask each : submitted) {
        if (each.isDone()) {
          each.delivered().get(20, SECONDS);
        }
      }
    }
  }

  private static void start(Runnable task, AtomicInteger threadsToGo) {
    new Thread(task, "client-" + threadsToGo.getAndDecrement()).start();
  }

  /** Who closes a store from what depends on an answer does it on the thread that delivers. */
  @ParameterizedTest
  @EnumSource
  void aDriverCanBeClosedFromWithinAnAnswer(Drivers drivers) throws Exception {
    for (int round = 0; round < 20; round++) {
      Driver driver = drivers.open();
      EventLoop loop = driver.newLoop("loop");
      EventLoop blocking = driver.newBlockingLoop("blocking");
      List<PromisedClientTask> open = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        PromisedClientTask clientTask = PromisedClientTask.openEnded(loop, () -> {});
        driver.submit(loop, clientTask);
        open.add(clientTask);
      }
      CompletableFuture<Void> filesClosed = new CompletableFuture<>();
      PromisedClientTask first = PromisedClientTask.openEnded(loop, () -> {});
      CompletableFuture<Void> closed =
          first
              .delivered()
              .thenRun(
                  () ->
                      driver.close(
                          last -> {
                            if (last == loop) {
                              open.forEach(PromisedClientTask::end);
                              blocking.execute(() -> filesClosed.complete(null));
                            }
                          }));
      driver.submit(loop, first);
      loop.execute(first::end);

      closed.get(20, SECONDS);
      for (PromisedClientTask each : open) {
        each.delivered().get(20, SECONDS);
      }
      filesClosed.get(20, SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDriverThatAnInterruptedThreadClosesStillDeliversEverything(Drivers drivers)
      throws Exception {
    Driver driver = drivers.open();
    EventLoop loop = driver.newLoop("loop");
    CompletableFuture<Void> slow = new CompletableFuture<>();
    PromisedClientTask first = PromisedClientTask.openEnded(loop, () -> {});
    PromisedClientTask second = PromisedClientTask.openEnded(loop, () -> {});
    CountDownLatch firstIsUnderWay = new CountDownLatch(1);
    CompletableFuture<Void> firstEnd =
        first
            .delivered()
            .thenRun(
                () -> {
                  firstIsUnderWay.countDown();
                  slow.join();
                });
    driver.submit(loop, first);
    driver.submit(loop, second);
    loop.execute(first::end);
    firstIsUnderWay.await();
    loop.execute(second::end);

    Thread closer =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              driver.close();
            });
    closer.start();
    slow.complete(null);
    closer.join();
    firstEnd.get(20, SECONDS);
    second.delivered().get(20, SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void whatDependsOnAnAnswerCanWaitForAnother(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      PromisedClientTask first = PromisedClientTask.openEnded(loop, () -> {});
      PromisedClientTask second = PromisedClientTask.openEnded(loop, () -> {});
      CompletableFuture<Void> both =
          first
              .delivered()
              .thenRun(
                  () -> {
                    driver.submit(loop, second);
                    loop.execute(() -> loop.execute(second::end));
                    second.delivered().join();
                  });
      driver.submit(loop, first);
      loop.execute(first::end);

      both.get(20, SECONDS);
    }
  }
}
