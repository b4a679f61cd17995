package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void allHaveEndedWhenTheyWereAwaited() {
    Workers workers = new Workers("a campaign", Duration.ofMinutes(1));
    AtomicLong done = new AtomicLong();
    workers.start(
        3,
        () -> {
          workers.begins(7);
          done.incrementAndGet();
        });
    workers.await();

    assertThat(done).hasValue(3);
  }

  @Test
  void aRunThatFindsNoEndIsNamedWithWhereItIs() {
    Workers workers = new Workers("a campaign", Duration.ofMillis(1));
    CountDownLatch end = new CountDownLatch(1);
    workers.start(
        2,
        () -> {
          workers.begins(7);
          waitFor(end);
        });

    assertThatThrownBy(workers::await)
        .hasMessage("a campaign with the seed 7 has found no end within 0 s")
        .cause()
        .hasStackTraceContaining("waitFor");
    end.countDown();
  }

  private static void waitFor(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
