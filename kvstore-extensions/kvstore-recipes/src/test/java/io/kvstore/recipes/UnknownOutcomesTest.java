package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.recipes.UnsureStore.Fate;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A write of unknown outcome is resolved, and not guessed at. */
@SuppressWarnings("try") // what is only closed
class UnknownOutcomesTest {
  private static final Duration LEASE = Duration.ofSeconds(3);

  private KVStore<String, String> store;
  private UnsureStore unsure;
  private Recipes recipes;

  @BeforeEach
  void open() {
    store = KVStore.builder().open();
    unsure = new UnsureStore(store);
    recipes = Recipes.over(unsure.view(), LEASE);
  }

  @AfterEach
  void close() {
    recipes.close();
    store.close();
  }

  @ParameterizedTest
  @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
  void aLockIsTakenOnce(Fate fate) throws Exception {
    for (boolean waits : new boolean[] {true, false}) {
      unsure.next(fate, fate);
      FencedLock lock = recipes.lock("it");
      try (Hold hold = waits ? lock.acquire() : lock.tryAcquire().orElseThrow()) {
        assertThat(store.get("lock/it").orElseThrow().lines()).hasSize(1);
        assertThat(hold.isHeld()).isTrue();
        unsure.letLateWritesCome();
        assertThat(store.get("lock/it").orElseThrow().lines()).hasSize(1);
      }
      assertThat(store.contains("lock/it")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
  void aLockIsGivenBack(Fate fate) throws Exception {
    Hold hold = recipes.lock("it").acquire();
    unsure.next(fate, fate);
    hold.close();

    assertThat(store.contains("lock/it")).isFalse();
    unsure.letLateWritesCome();
    try (Recipes others = Recipes.over(store)) {
      assertThat(others.lock("it").tryAcquire()).isPresent();
    }
  }

  @Test
  void aLockThatCannotBeRenewedIsLost() throws InterruptedException {
    Hold hold = recipes.lock("it").acquire();
    unsure.loseAll();

    await(() -> !hold.isHeld());
    assertThatThrownBy(hold::token).isInstanceOf(LeaseOverException.class);
  }

  @Test
  void oneThatDoesNotWaitIsToldThatItIsNotKnown() {
    unsure.loseAll();

    assertThatThrownBy(() -> recipes.lock("it").tryAcquire())
        .isInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> recipes.lock("it").tryAcquire(Duration.ofMillis(100)))
        .isInstanceOf(IndeterminateException.class);
  }

  @ParameterizedTest
  @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
  void aTextIsQueuedOnceAndTakenOnce(Fate fate) throws Exception {
    SharedQueue queue = recipes.queue("it");
    unsure.next(Fate.ANSWERED, fate, fate); // its number, and twice itself
    queue.offer("text");
    unsure.letLateWritesCome();
    assertThat(queue.size()).isEqualTo(1);
    unsure.next(fate, fate);
    assertThat(queue.poll()).contains("text");
    unsure.letLateWritesCome();
    assertThat(queue.poll()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
  void aTextThatWasTakenMeanwhileIsNotQueuedAgain(Fate fate) throws Exception {
    unsure.next(Fate.ANSWERED, fate);
    recipes.queue("it").offer("text");
    assertThat(recipes.queue("it").poll()).contains("text");
    unsure.letLateWritesCome();

    assertThat(recipes.queue("it").poll()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
  void aPartyCountsOnce(Fate fate) throws Exception {
    unsure.next(fate, fate);
    recipes.countDown("it", 3).countDown();
    unsure.letLateWritesCome();

    assertThat(recipes.countDown("it", 3).remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
  void aPermitIsTakenOnce(Fate fate) throws Exception {
    RateLimiter limiter = recipes.rateLimiter("it", 3, Duration.ofHours(1));
    assertThat(limiter.tryAcquire()).isTrue();
    unsure.next(fate, fate);
    assertThat(limiter.tryAcquire()).isTrue();
    unsure.letLateWritesCome();
    assertThat(limiter.tryAcquire()).isTrue();
    assertThat(limiter.tryAcquire()).isFalse();
  }

  @Test
  void numbersOfWhichItIsNotKnownAreLeftOut() {
    IdGenerator ids = recipes.ids("it", 10);
    unsure.next(Fate.DONE, Fate.LOST);

    assertThat(ids.next()).isEqualTo(11);
  }

  @Test
  void whatIsNeverKnownIsThrown() {
    unsure.loseAll();

    assertThatThrownBy(() -> recipes.ids("it", 1).next())
        .isInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> recipes.queue("it").offer("text"))
        .isInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> recipes.countDown("it", 1).countDown())
        .isInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> recipes.rateLimiter("it", 1, LEASE).tryAcquire())
        .isInstanceOf(IndeterminateException.class);
  }
}
