package io.kvstore.core.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.loop.Driver.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of one loop of a driver that goes on: everyone who brings it something is served. */
@Timeout(60)
class EndedLoopTest {
  private static final long LONG = SECONDS.toNanos(50);
  private static final int ROUNDS = 30;

  @ParameterizedTest
  @EnumSource
  void whatHasComeBeforeTheEndIsDone(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      for (int round = 0; round < ROUNDS; round++) {
        EventLoop loop = driver.newBlockingLoop("loop");
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
          loop.execute(ran::incrementAndGet);
        }
        driver.end(loop);
        assertThat(ran).hasValue(100);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallAfterTheEndIsServed(Drivers drivers) {
    try (Driver driver = drivers.open()) {
      EventLoop loop = driver.newBlockingLoop("loop");
      driver.end(loop);
      PromisedClientTask submitted = PromisedClientTask.on(loop, () -> {});
      driver.submit(loop, submitted);

      assertThat(driver.call(loop, PromisedClientTask.on(loop, () -> {}), LONG))
          .isEqualTo(Wait.DONE);
      assertThat(submitted.isDone()).isTrue();
    }
  }

  /** Each round ends the loop at another moment of the calls of two threads. */
  @ParameterizedTest
  @EnumSource
  void nobodyIsLeftWaitingWhoeverComesWhileALoopEnds(Drivers drivers) throws Exception {
    try (Driver driver = drivers.open()) {
      for (int round = 0; round < ROUNDS; round++) {
        EventLoop loop = driver.newBlockingLoop("loop");
        AtomicInteger done = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          Thread caller =
              new Thread(
                  () -> {
                    for (int call = 0; call < 200; call++) {
                      PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});
                      done.addAndGet(
                          driver.administer(loop, clientTask, LONG) == Wait.DONE ? 1 : 0);
                    }
                  });
          caller.start();
          callers.add(caller);
        }
        driver.end(loop);
        for (Thread caller : callers) {
          caller.join();
        }
        assertThat(done).hasValue(400);
      }
    }
  }
}
