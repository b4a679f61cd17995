package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.PATIENCE;
import static io.kvstore.recipes.Threads.await;
import static io.kvstore.recipes.Threads.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Read-write locks and semaphores. */
@SuppressWarnings("try") // what is only closed
class SharedPermitsTest extends TwoUsers {

  @Test
  void manyReadOrOneWrites() throws InterruptedException {
    FencedReadWriteLock mine = recipes.readWriteLock("it");
    FencedReadWriteLock theirs = others.readWriteLock("it");
    Hold reads = mine.readLock().acquire();
    Hold readsToo = theirs.readLock().tryAcquire().orElseThrow();
    assertThat(theirs.writeLock().tryAcquire()).isEmpty();
    reads.close();
    assertThat(mine.writeLock().tryAcquire()).isEmpty();
    readsToo.close();

    Hold writes = mine.writeLock().tryAcquire().orElseThrow();
    assertThat(theirs.readLock().tryAcquire()).isEmpty();
    assertThat(theirs.writeLock().tryAcquire()).isEmpty();
    long token = writes.token();
    writes.close();
    try (Hold next = theirs.writeLock().acquire()) {
      assertThat(next.token()).isGreaterThan(token);
    }
  }

  @Test
  void aReaderDoesNotOvertakeAWriterThatWaits() throws Exception {
    FencedReadWriteLock lock = recipes.readWriteLock("it");
    Hold reads = lock.readLock().acquire();
    CompletableFuture<Void> writes =
        onThread(() -> others.readWriteLock("it").writeLock().acquire());
    await(() -> store.get("read-write-lock/it").orElseThrow().contains("\n"));

    assertThat(lock.readLock().tryAcquire()).isEmpty();
    reads.close();
    writes.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(lock.readLock().tryAcquire()).isEmpty();
  }

  @Test
  void aSemaphoreHasSoManyPermitsAndNoMore() throws InterruptedException {
    LeasedSemaphore mine = recipes.semaphore("it", 3);
    LeasedSemaphore theirs = others.semaphore("it", 3);
    Hold two = mine.acquire(2);
    assertThat(theirs.tryAcquire(2)).isEmpty();
    Hold one = theirs.tryAcquire(1).orElseThrow();
    assertThat(mine.tryAcquire(1, Duration.ofMillis(20))).isEmpty();
    two.close();

    Optional<Hold> again = theirs.tryAcquire(2, PATIENCE);
    assertThat(again).isPresent();
    assertThat(one.isHeld()).isTrue();
  }

  @Test
  void noMoreThanThePermitsAreOutAtOnce() throws Exception {
    AtomicInteger out = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      LeasedSemaphore semaphore = (i % 2 == 0 ? recipes : others).semaphore("it", 4);
      int wanted = 1 + i % 3;
      all.add(
          onThread(
              () -> {
                for (int turn = 0; turn < 20; turn++) {
                  try (Hold hold = semaphore.acquire(wanted)) {
                    most.accumulateAndGet(out.addAndGet(wanted), Math::max);
                    Thread.onSpinWait();
                    out.addAndGet(-wanted);
                  }
                }
              }));
    }
    for (CompletableFuture<Void> each : all) {
      each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(most.get()).isBetween(1, 4);
  }

  @Test
  void whatCannotBeIsRefused() {
    LeasedSemaphore semaphore = recipes.semaphore("it", 3);

    assertThatThrownBy(() -> semaphore.tryAcquire(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("from 1 to 3 permits can be had, not 4");
    assertThatThrownBy(() -> semaphore.tryAcquire(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> recipes.semaphore("it", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
