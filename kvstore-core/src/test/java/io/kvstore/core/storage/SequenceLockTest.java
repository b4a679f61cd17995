package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SequenceLockTest {
  private final SequenceLock lock = new SequenceLock();

  @Test
  void whatIsSeenBetweenChangesCounts() {
    long stamp = lock.stamp();
    assertThat(lock.stoodStillSince(stamp)).isTrue();
    lock.beginChange();
    lock.endChange();
    assertThat(lock.stoodStillSince(stamp)).isFalse();
    assertThat(lock.stoodStillSince(lock.stamp())).isTrue();
  }

  @Test
  void whatIsSeenDuringAChangeDoesNotCountEvenAfterOneWithinIt() {
    lock.beginChange();
    lock.beginChange();
    lock.endChange();
    long stamp = lock.stamp();
    assertThat(lock.stoodStillSince(stamp)).isFalse();
    lock.endChange();
    assertThat(lock.stoodStillSince(stamp)).isFalse();
  }

  @Test
  @Timeout(30)
  void twoValuesThatChangeTogetherAreSeenTogether() throws Exception {
    int[] values = new int[2];
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Integer> looks =
        CompletableFuture.supplyAsync(
            () -> {
              int counted = 0;
              while (!over.get() || counted == 0) {
                long stamp = lock.stamp();
                int first = values[0];
                int second = values[1];
                if (lock.stoodStillSince(stamp)) {
                  assertThat(second).isEqualTo(first);
                  counted++;
                }
              }
              return counted;
            });
    for (int i = 1; i <= 1_000_000; i++) {
      lock.beginChange();
      values[0] = i;
      values[1] = i;
      lock.endChange();
    }
    over.set(true);
    assertThat(looks.get(20, TimeUnit.SECONDS)).isPositive();
  }
}
