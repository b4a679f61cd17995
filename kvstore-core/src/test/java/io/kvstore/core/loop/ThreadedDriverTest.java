package io.kvstore.core.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.loop.Driver.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both drivers with threads do for a caller. */
@Timeout(30)
class ThreadedDriverTest {
  private static final long LONG = SECONDS.toNanos(20);

  /** Keeps a loop busy until it is let go. */
  private static final class Plug {
    private final CountDownLatch inPlace = new CountDownLatch(1);
    private final CountDownLatch pulled = new CountDownLatch(1);
    private final Thread thread;

    Plug(Driver driver, EventLoop loop) throws InterruptedException {
      thread =
          new Thread(
              () ->
                  driver.call(
                      loop,
                      PromisedClientTask.on(
                          loop,
                          () -> {
                            inPlace.countDown();
                            awaitQuietly(pulled);
                          }),
                      LONG));
      thread.start();
      inPlace.await();
    }

    void pull() throws InterruptedException {
      pulled.countDown();
      thread.join();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallReturnsWhenItsTaskIsDone(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});

      assertThat(driver.call(loop, clientTask, LONG)).isEqualTo(Wait.DONE);
      assertThat(clientTask.isDone()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theStoreWakesALoopWhoseThreadIsAsleep(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newBlockingLoop("asleep");
      while (Thread.getAllStackTraces().keySet().stream()
          .noneMatch(each -> LockSupport.getBlocker(each) == loop)) {
        Thread.onSpinWait();
      }
      PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});
      assertThat(driver.administer(loop, clientTask, LONG)).isEqualTo(Wait.DONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallIsDoneThoughItsLoopIsTakenAtFirst(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      Plug plug = new Plug(driver, loop);
      PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});
      CompletableFuture<Wait> call =
          CompletableFuture.supplyAsync(() -> driver.call(loop, clientTask, LONG));

      plug.pull();
      assertThat(call.get(20, SECONDS)).isEqualTo(Wait.DONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tasksOfOneThreadRunInItsOrder(Drivers drivers) throws Exception {
    for (int round = 0; round < 200; round++) {
      try (Driver driver = drivers.open()) {
        EventLoop loop = driver.newLoop("loop");
        List<Integer> ran = new ArrayList<>();
        Plug plug = new Plug(driver, loop);
        CompletableFuture<Void> pulled = CompletableFuture.runAsync(() -> pullQuietly(plug));
        for (int i = 0; i < 20; i++) {
          int number = i;
          driver.submit(loop, PromisedClientTask.on(loop, () -> ran.add(number)));
        }
        driver.call(loop, PromisedClientTask.on(loop, () -> ran.add(20)), LONG);

        pulled.join();
        assertThat(ran).hasSize(21).isSorted();
      }
    }
  }

  private static void pullQuietly(Plug plug) {
    try {
      plug.pull();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallEndsWhenItsTimeIsOver(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      PromisedClientTask clientTask = PromisedClientTask.openEnded(loop, () -> {});

      assertThat(driver.call(loop, clientTask, MILLISECONDS.toNanos(20))).isEqualTo(Wait.TIMED_OUT);
      assertThat(driver.await(loop, clientTask, 0)).isEqualTo(Wait.TIMED_OUT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLongestTimeoutIsNotOverAtOnce(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      PromisedClientTask clientTask = PromisedClientTask.openEnded(loop, () -> {});
      taskEndsAfter(MILLISECONDS.toNanos(20), driver, loop, clientTask);

      assertThat(driver.call(loop, clientTask, Long.MAX_VALUE)).isEqualTo(Wait.DONE);
    }
  }

  private static void taskEndsAfter(
      long nanos, Driver driver, EventLoop loop, PromisedClientTask clientTask) {
    loop.executeAt(driver.now() + nanos, Actors.PATIENT, clientTask::end);
  }

  @ParameterizedTest
  @EnumSource
  void aTimerEndsaTaskWhoseCallerSleeps(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      for (int i = 0; i < 50; i++) {
        PromisedClientTask[] clientTask = new PromisedClientTask[1];
        clientTask[0] =
            PromisedClientTask.openEnded(
                loop, () -> taskEndsAfter(MILLISECONDS.toNanos(2), driver, loop, clientTask[0]));
        assertThat(driver.call(loop, clientTask[0], LONG)).isEqualTo(Wait.DONE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTimerThatIsSetEarlierThanTheOneThatIsWaitedForRunsInTime(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      CountDownLatch ran = new CountDownLatch(1);
      driver.call(
          loop,
          PromisedClientTask.on(loop, () -> loop.timer(Actors.PATIENT, () -> {}).start(LONG * 10)),
          LONG);
      MILLISECONDS.sleep(5); // lets the thread that serves timers fall asleep, most times
      driver.call(
          loop,
          PromisedClientTask.on(
              loop, () -> loop.timer(Actors.PATIENT, ran::countDown).start(1_000)),
          LONG);

      assertThat(ran.await(10, SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptEndsAWaitAndStaysSet(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      CompletableFuture<Wait> wait = new CompletableFuture<>();
      CompletableFuture<Boolean> stillSet = new CompletableFuture<>();
      CountDownLatch begun = new CountDownLatch(1);
      Thread caller =
          new Thread(
              () -> {
                wait.complete(
                    driver.call(loop, PromisedClientTask.openEnded(loop, begun::countDown), LONG));
                stillSet.complete(Thread.currentThread().isInterrupted());
              });
      caller.start();
      begun.await();
      caller.interrupt();

      assertThat(wait.get(20, SECONDS)).isEqualTo(Wait.INTERRUPTED);
      assertThat(stillSet.get(20, SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTaskThatThrowsCostsItsLoopNothing(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      PromisedClientTask broken =
          PromisedClientTask.on(
              loop,
              () -> {
                throw new AssertionError("planted");
              });
      assertThat(driver.call(loop, broken, MILLISECONDS.toNanos(20))).isEqualTo(Wait.TIMED_OUT);
      driver.submit(loop, broken);

      CompletableFuture<Wait> next =
          CompletableFuture.supplyAsync(
              () -> driver.call(loop, PromisedClientTask.on(loop, () -> {}), LONG));
      assertThat(next.get(20, SECONDS)).isEqualTo(Wait.DONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTimerThatThrowsCostsItsLoopNothing(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      CountDownLatch ran = new CountDownLatch(1);
      driver.call(
          loop,
          PromisedClientTask.on(
              loop,
              () -> {
                loop.timer(
                        Actors.PATIENT,
                        () -> {
                          throw new IllegalStateException("planted");
                        })
                    .start(1_000);
                loop.timer(Actors.PATIENT, ran::countDown).start(2_000);
              }),
          LONG);

      assertThat(ran.await(20, SECONDS)).isTrue();
      assertThat(driver.call(loop, PromisedClientTask.on(loop, () -> {}), LONG))
          .isEqualTo(Wait.DONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void mailThatNobodyWaitsForIsReadAllTheSame(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      for (int i = 0; i < 1_000; i++) {
        CountDownLatch read = new CountDownLatch(1);
        loop.execute(read::countDown);
        assertThat(read.await(20, SECONDS)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void workThatBlocksHasAThreadOfItsOwn(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newLoop("loop");
      EventLoop blocking = driver.newBlockingLoop("blocking");
      CountDownLatch blocked = new CountDownLatch(1);
      blocking.execute(() -> awaitQuietly(blocked));
      PromisedClientTask clientTask =
          PromisedClientTask.openEnded(loop, () -> blocking.execute(() -> {}));
      CountDownLatch begun = new CountDownLatch(1);
      PromisedClientTask other = PromisedClientTask.on(loop, begun::countDown);

      driver.submit(loop, clientTask);
      assertThat(driver.call(loop, other, LONG)).isEqualTo(Wait.DONE);
      blocking.execute(() -> loop.execute(clientTask::end));
      blocked.countDown();
      clientTask.delivered().get(20, TimeUnit.SECONDS);
    }
  }
}
