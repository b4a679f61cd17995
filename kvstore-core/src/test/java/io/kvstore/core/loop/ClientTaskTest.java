package io.kvstore.core.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(15)
class ClientTaskTest {
  private final EventLoop loop = new EventLoop(() -> 0, rung -> {});

  @Test
  void nobodySleepsForaTaskThatHasEndedInTheMeantime() {
    loop.tryAcquire();
    PromisedClientTask clientTask = PromisedClientTask.on(loop, () -> {});
    clientTask.run();

    long before = System.nanoTime();
    clientTask.park(SECONDS.toNanos(60));
    assertThat(System.nanoTime() - before).isLessThan(SECONDS.toNanos(10));
  }

  /** Several times as many events as an owner handles before it leaves. */
  @Test
  void whatALeavingOwnerHasNoTimeForIsDoneByTheWorker() throws Exception {
    try (SharedDriver driver = new SharedDriver("store")) {
      EventLoop shared = driver.newLoop("loop");
      CountDownLatch left = new CountDownLatch(10_000);
      Runnable[] again = new Runnable[1];
      again[0] =
          () -> {
            left.countDown();
            shared.enqueue(again[0]); // as another thread would that then goes its way
          };
      driver.submit(shared, PromisedClientTask.on(shared, again[0]));

      assertThat(left.await(10, SECONDS)).isTrue();
      shared.execute(() -> again[0] = () -> {});
    }
  }
}
