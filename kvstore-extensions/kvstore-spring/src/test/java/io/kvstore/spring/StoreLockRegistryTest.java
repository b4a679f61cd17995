package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.recipes.LeaseOverException;
import io.kvstore.recipes.Recipes;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("LockNotBeforeTry") // a test that fails may leave a lock held
class StoreLockRegistryTest {
  private final KVStore<String, String> store = KVStore.builder().open();
  private final Recipes recipes = Recipes.over(store);
  private final Recipes elsewhere = Recipes.over(store);
  private final StoreLockRegistry registry = new StoreLockRegistry(recipes);
  private final StoreLockRegistry anotherProcess = new StoreLockRegistry(elsewhere);

  @AfterEach
  void close() {
    recipes.close();
    elsewhere.close();
    store.close();
  }

  @Test
  void aLockHasOneHolderAmongAllProcesses() throws InterruptedException {
    Lock lock = registry.obtain("ledger");
    Lock same = anotherProcess.obtain("ledger");
    lock.lock();
    assertThat(same.tryLock()).isFalse();
    assertThat(same.tryLock(1, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(elsewhere.lock("ledger").tryAcquire()).isEmpty();
    assertThat(anotherProcess.obtain("another").tryLock()).isTrue();
    lock.unlock();
    assertThat(same.tryLock(1, TimeUnit.MINUTES)).isTrue();
    assertThat(lock.tryLock()).isFalse();
    same.unlock();
    lock.lockInterruptibly();
    lock.unlock();
  }

  @Test
  void threadsOfOneProcessTakeTurns() throws Exception {
    registry.obtain("ledger").lock();
    assertThat(elsewhereInThisProcess()).isFalse();
    registry.obtain("ledger").unlock();
    assertThat(elsewhereInThisProcess()).isTrue();
  }

  private boolean elsewhereInThisProcess() throws InterruptedException, ExecutionException {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              Lock lock = registry.obtain("ledger");
              boolean isTaken = lock.tryLock();
              if (isTaken) {
                lock.unlock();
              }
              return isTaken;
            });
    new Thread(task, "another-thread").start();
    return task.get();
  }

  @Test
  void aThreadThatHasItEntersAgain() throws Exception {
    Lock lock = registry.obtain("ledger");
    lock.lock();
    lock.lock();
    assertThat(lock.tryLock()).isTrue();
    lock.unlock();
    lock.unlock();
    assertThat(anotherProcess.obtain("ledger").tryLock()).isFalse();
    registry.executeLocked("ledger", () -> assertThat(registry.obtain("ledger")).isSameAs(lock));
    lock.unlock();
    assertThat(anotherProcess.obtain("ledger").tryLock()).isTrue();
  }

  @Test
  void aHolderKnowsItsToken() {
    LeasedLock lock = (LeasedLock) registry.obtain("ledger");
    lock.lock();
    long token = lock.hold().token();
    lock.unlock();
    LeasedLock same = (LeasedLock) anotherProcess.obtain("ledger");
    same.lock();
    assertThat(same.hold().token()).isGreaterThan(token);
    assertThatThrownBy(lock::hold)
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining("does not hold the lock 'ledger'");
  }

  @Test
  void aHolderWhoseLeaseIsOverIsTold() {
    try (Recipes impatient = Recipes.over(store, Duration.ofMillis(200))) {
      LeasedLock lock = (LeasedLock) new StoreLockRegistry(impatient).obtain("ledger");
      lock.lock();
      for (NodeId node : store.cluster().nodes()) {
        store.cluster().crash(node);
      }
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (lock.hold().isHeld()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
      assertThatThrownBy(lock::lock)
          .isInstanceOf(LeaseOverException.class)
          .hasMessageContaining("'ledger'");
      assertThatThrownBy(lock::unlock)
          .isInstanceOf(ConcurrentModificationException.class)
          .hasMessageContaining("'ledger' was over before it was given back");
      assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }
  }

  @Test
  void whoDoesNotHoldItCannotGiveItBack() {
    assertThatThrownBy(registry.obtain("ledger")::unlock)
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessageContaining("'ledger'");
    assertThatThrownBy(registry.obtain("ledger")::newCondition)
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anyTextIsAKey() {
    for (String key : new String[] {"", "a b", "x".repeat(1_000), "/tmp/a file\n"}) {
      registry.obtain(key).lock();
      assertThat(anotherProcess.obtain(key).tryLock()).isFalse();
      assertThat(anotherProcess.obtain(key + ".").tryLock()).isTrue();
    }
    assertThatThrownBy(() -> registry.obtain(7))
        .hasMessageContaining("must be a text")
        .hasMessageContaining("java.lang.Integer");
  }

  @Test
  void locksThatAreHeldAreNotForgotten() {
    Lock held = registry.obtain("held");
    held.lock();
    for (int i = 0; i < StoreLockRegistry.MOST_REMEMBERED; i++) {
      registry.obtain("lock-" + i);
    }
    assertThat(registry.remembered()).isEqualTo(StoreLockRegistry.MOST_REMEMBERED);
    assertThat(registry.obtain("held")).isSameAs(held);
    registry.expireUnusedOlderThan(Duration.ofHours(1).toMillis());
    assertThat(registry.remembered()).isEqualTo(StoreLockRegistry.MOST_REMEMBERED);
    registry.expireUnusedOlderThan(-1);
    assertThat(registry.remembered()).isEqualTo(1);
    held.unlock();
    registry.expireUnusedOlderThan(-1);
    assertThat(registry.remembered()).isZero();
  }

  @Test
  void anInterruptEndsThePatientOnly() throws InterruptedException {
    Lock lock = registry.obtain("ledger");
    Thread.currentThread().interrupt();
    lock.lock();
    assertThat(Thread.interrupted()).isTrue();
    anotherProcess.obtain("another").lock();
    Thread.currentThread().interrupt();
    assertThatThrownBy(registry.obtain("another")::lockInterruptibly)
        .isInstanceOf(InterruptedException.class);
    lock.unlock();
  }
}
