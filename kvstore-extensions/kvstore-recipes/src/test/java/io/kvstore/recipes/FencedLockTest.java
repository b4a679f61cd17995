package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.PATIENCE;
import static io.kvstore.recipes.Threads.await;
import static io.kvstore.recipes.Threads.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Locks as their users see them, on stores that run in real time. */
@SuppressWarnings("try") // what is only closed
class FencedLockTest extends TwoUsers {
  private static final Duration SHORT = Duration.ofMillis(900); // where a lease is to end

  @Test
  void aLockHasOneHolder() throws InterruptedException {
    try (Hold hold = recipes.lock("it").acquire()) {
      assertThat(hold.isHeld()).isTrue();
      assertThat(hold.remaining()).isPositive().isLessThan(LEASE);
      assertThat(others.lock("it").tryAcquire()).isEmpty();
      assertThat(recipes.lock("it").tryAcquire()).isEmpty();
      assertThat(others.lock("another").tryAcquire()).isPresent();
    }
    assertThat(others.lock("it").tryAcquire()).isPresent();
  }

  @Test
  void nothingIsLeftOfALockThatIsFree() throws InterruptedException {
    recipes.lock("it").acquire().close();

    assertThat(store.contains("lock/it")).isFalse();
  }

  @Test
  void aLockIsKeptAsLongAsItsHolderLives() throws InterruptedException {
    try (Recipes its = Recipes.over(store, SHORT);
        Hold hold = its.lock("it").acquire()) {
      assertThat(others.lock("it").tryAcquire(SHORT.multipliedBy(2))).isEmpty();
      assertThat(hold.isHeld()).isTrue();
    }
  }

  @Test
  void oneThatWaitsHasTheLockAsSoonAsItIsGivenBack() throws Exception {
    try (Recipes patient = Recipes.over(store, Duration.ofHours(1))) {
      Hold hold = recipes.lock("it").acquire();
      CompletableFuture<Hold> next =
          CompletableFuture.supplyAsync(() -> acquire(patient.lock("it")));
      await(() -> store.get("lock/it").orElseThrow().contains("\n"));
      Thread.sleep(50); // it would look by itself in twenty minutes
      hold.close();

      try (Hold its = next.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        assertThat(its.isHeld()).isTrue();
      }
    }
  }

  @Test
  void aHoldThatIsClosedSaysSo() throws InterruptedException {
    Hold hold = recipes.lock("it").acquire();
    hold.ensureHeld();
    hold.close();
    hold.close();

    assertThat(hold.isHeld()).isFalse();
    assertThat(hold.remaining()).isZero();
    assertThatThrownBy(hold::token).isInstanceOf(LeaseOverException.class);
    assertThatThrownBy(hold::ensureHeld).hasMessageContaining("the lease is over");
  }

  @Test
  void aHolderThatCannotReachTheStoreKnowsThatItHasLostTheLock() throws Exception {
    CompletableFuture<Boolean> lost = new CompletableFuture<>();
    Recipes its = Recipes.over(store, SHORT);
    Hold hold = its.lock("it").acquire();
    hold.onLost(() -> lost.complete(hold.isHeld()));
    for (NodeId node : store.cluster().nodes()) {
      store.cluster().network().isolate(node);
    }

    assertThat(lost.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
    assertThatThrownBy(hold::token).isInstanceOf(LeaseOverException.class);
    store.cluster().network().heal();
    try (Hold next = others.lock("it").tryAcquire(PATIENCE).orElseThrow()) {
      assertThat(next.isHeld()).isTrue();
      assertThat(hold.isHeld()).isFalse();
    }
    its.close();
  }

  @Test
  void aHolderWhoseClaimIsGoneIsTold() throws Exception {
    CompletableFuture<Void> lost = new CompletableFuture<>();
    Recipes its = Recipes.over(store, SHORT);
    Hold hold = its.lock("it").acquire();
    hold.onLost(() -> lost.complete(null));
    store.remove("lock/it");

    lost.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(hold.isHeld()).isFalse();
    its.close();
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.recipes.Stores#strongCells")
  void manyThreadsTakeTurns(Consistency level, Replication replication) throws Exception {
    int threads = 6;
    int turns = 10;
    List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
    int[] count = new int[1]; // guarded by the lock
    try (KVStore<String, String> cell = Stores.open(level, replication);
        Recipes one = Recipes.over(cell, LEASE);
        Recipes other = Recipes.over(cell, LEASE)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        FencedLock lock = (i % 2 == 0 ? one : other).lock("it");
        all.add(
            onThread(
                () -> {
                  for (int turn = 0; turn < turns; turn++) {
                    try (Hold hold = lock.acquire()) {
                      tokens.add(hold.token());
                      int before = count[0];
                      Thread.onSpinWait();
                      count[0] = before + 1;
                    }
                  }
                }));
      }
      for (CompletableFuture<Void> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(count[0]).isEqualTo(threads * turns);
    assertThat(tokens).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void thoseThatWaitHaveItInTheOrderInWhichTheyCame() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    try (Hold first = recipes.lock("it").acquire()) {
      for (int i = 0; i < 4; i++) {
        int number = i;
        all.add(
            onThread(
                () -> {
                  try (Hold hold = (number % 2 == 0 ? recipes : others).lock("it").acquire()) {
                    order.add(number);
                  }
                }));
        await(() -> claims() == number + 2);
      }
    }
    for (CompletableFuture<Void> each : all) {
      each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly(0, 1, 2, 3);
  }

  private long claims() {
    return store.get("lock/it").map(text -> text.lines().count()).orElse(0L);
  }

  @Test
  void oneThatGivesUpIsTakenOutOfTheLine() throws InterruptedException {
    try (Hold hold = recipes.lock("it").acquire()) {
      assertThat(others.lock("it").tryAcquire(Duration.ofMillis(50))).isEmpty();
      await(() -> claims() == 1);
      assertThat(hold.isHeld()).isTrue();
    }
  }

  @Test
  void anInterruptedCallerWaitsNoLonger() throws Exception {
    try (Hold hold = recipes.lock("it").acquire()) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread waiting =
          new Thread(
              () -> {
                try {
                  others.lock("it").acquire();
                } catch (InterruptedException interrupted) {
                  thrown.set(interrupted);
                }
              });
      waiting.start();
      await(() -> claims() == 2);
      waiting.interrupt();
      waiting.join(PATIENCE.toMillis());

      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      await(() -> claims() == 1);
      assertThat(hold.isHeld()).isTrue();
    }
  }

  @Test
  void aThreadTakesAReentrantLockAgain() throws Exception {
    FencedLock lock = recipes.reentrantLock("it");
    Hold outer = lock.acquire();
    Hold inner = lock.tryAcquire().orElseThrow();
    Hold innermost = lock.tryAcquire(PATIENCE).orElseThrow();

    assertThat(inner.token()).isEqualTo(outer.token());
    CompletableFuture<Optional<Hold>> another = CompletableFuture.supplyAsync(lock::tryAcquire);
    assertThat(another.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    inner.close();
    inner.close();
    assertThat(inner.isHeld()).isFalse();
    innermost.close();
    assertThat(outer.isHeld()).isTrue();
    assertThat(others.lock("it").tryAcquire()).isEmpty();
    outer.close();
    assertThat(others.lock("it").tryAcquire()).isPresent();
  }

  @Test
  void aReentrantLockThatIsLostIsAskedForAnew() throws Exception {
    Recipes its = Recipes.over(store, SHORT);
    FencedLock lock = its.reentrantLock("it");
    CompletableFuture<Void> lost = new CompletableFuture<>();
    Hold first = lock.acquire();
    long token = first.token();
    first.onLost(() -> lost.complete(null));
    store.remove("lock/it");
    lost.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    try (Hold second = lock.acquire()) {
      assertThat(second.token()).isGreaterThan(token);
      first.close();
      assertThat(second.isHeld()).isTrue();
    }
    its.close();
  }

  @Test
  void closingGivesBackWhatIsHeldAndTellsThoseThatWait() throws Exception {
    Hold hold = recipes.lock("it").acquire();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> waiting =
        onThread(
            () -> {
              begun.countDown();
              recipes.lock("it").acquire();
            });
    begun.await();
    await(() -> claims() == 2);
    recipes.close();

    assertThat(hold.isHeld()).isFalse();
    assertThatThrownBy(() -> waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the recipes are closed");
    assertThat(store.contains("lock/it")).isFalse();
    assertThatThrownBy(() -> recipes.lock("it")).isInstanceOf(IllegalStateException.class);
    hold.close();
  }

  @Test
  void noThreadOutlivesTheRecipes() throws InterruptedException {
    try (Recipes more = Recipes.over(store)) {
      more.lock("more").acquire();
      assertThat(threads()).isPositive();
    }
    recipes.close();
    others.close();

    assertThat(threads()).isZero();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kvstore-recipes"))
        .count();
  }

  @Test
  void aStoreThatIsClosedEndsItAll() throws Exception {
    Recipes its = Recipes.over(store, SHORT);
    Hold hold = its.lock("it").acquire();
    CompletableFuture<Void> waiting = onThread(() -> others.lock("it").acquire());
    await(() -> claims() == 2);
    store.close();

    assertThatThrownBy(() -> waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> recipes.lock("it").tryAcquire())
        .isInstanceOf(IllegalStateException.class);
    await(() -> !hold.isHeld());
    its.close();
  }

  // Threads

  private static Hold acquire(FencedLock lock) {
    try {
      return lock.acquire();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
