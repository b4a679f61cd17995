package io.kvstore.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class SummonsTest {
  private final Queue<Runnable> started = new ArrayDeque<>();
  private int done;

  private Summons summons(Executor executor) {
    return new Summons(executor, () -> done++);
  }

  @Test
  void oneCallAtATimeIsOnItsWay() {
    Summons summons = summons(started::add);
    summons.call();
    summons.call();
    assertThat(started).hasSize(1);

    summons.answered(); // by the thread that has come
    summons.call();
    assertThat(started).hasSize(2);
    started.forEach(Runnable::run);
    assertThat(done).isEqualTo(2);
  }

  /** Who calls is not to blame. */
  @Test
  void aCallThatFindsNoThreadIsMadeAgainByTheNextWhoComesBy() {
    int[] threadsMissing = {2};
    Summons summons =
        summons(
            task -> {
              if (threadsMissing[0]-- > 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              started.add(task);
            });
    summons.call();
    assertThat(summons.hasFailed()).isTrue();
    summons.call();
    assertThat(summons.hasFailed()).isTrue();
    summons.call();
    assertThat(summons.hasFailed()).isFalse();
    assertThat(started).hasSize(1);
  }

  @Test
  void whoHasComeAndCouldNotDoItHasAnotherCalled() {
    Summons summons = summons(started::add);
    summons.call();
    summons.answered();
    summons.fail();
    assertThat(summons.hasFailed()).isTrue();
    summons.call();
    assertThat(summons.hasFailed()).isFalse();
    assertThat(started).hasSize(2);
  }

  @Test
  void atTheEndNobodyIsCalledInVain() {
    Summons summons =
        summons(
            task -> {
              throw new RejectedExecutionException("closed");
            });
    summons.call();
    assertThat(summons.hasFailed()).isFalse();
  }
}
