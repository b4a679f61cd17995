package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done one after the other ends in time, by one timer. */
class PatienceTest {
  private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONG = TimeUnit.MINUTES.toNanos(10);

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final Patience<String> patience = new Patience<>(timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void whatTakesTooLongEndsAndWhatComesAfterItToo() {
    for (int i = 0; i < 3; i++) {
      assertThat(patience.within(new CompletableFuture<>(), "late", SHORT))
          .succeedsWithin(Duration.ofSeconds(30))
          .isEqualTo("late");
    }
  }

  @Test
  void whatComesWhileATimerRunsIsLookedAtByItLater() {
    patience.within(new CompletableFuture<>(), "late", SHORT).complete("in time");
    assertThat(patience.within(new CompletableFuture<>(), "late", 5 * SHORT))
        .succeedsWithin(Duration.ofSeconds(30))
        .isEqualTo("late");
  }

  @Test
  void thereIsOneTimerHoweverMuchEndsInTime() {
    for (int i = 0; i < 100; i++) {
      patience.within(new CompletableFuture<>(), "late", LONG).complete("in time");
    }
    assertThat(timer.getQueue()).hasSize(1);
    assertThat(patience.within(CompletableFuture.completedFuture("done"), "late", LONG))
        .isCompletedWithValue("done");
  }

  @Test
  void whatComesWhenTheTimerIsClosedEndsAtOnce() {
    timer.shutdownNow();
    assertThat(patience.within(new CompletableFuture<>(), "late", LONG))
        .isCompletedWithValue("late");
  }
}
