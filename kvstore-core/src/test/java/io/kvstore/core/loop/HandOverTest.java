package io.kvstore.core.loop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

/**
 * The hand-over of a loop between threads, in small: Lincheck tries the ways in which the steps of
 * the threads can follow each other.
 *
 * <p>It is what {@link SharedDriver} does, without its worker: whoever finds the loop free runs its
 * own task and, having given the loop back, looks for mail; whoever finds it taken leaves its task
 * as mail, and looks whether the owner has gone.
 */
@EnabledForJreRange(
    maxVersion = 24,
    disabledReason = "Lincheck 3.7 runs these on Java 25 without trying other interleavings")
class HandOverTest {
  private static final int INVOCATIONS = 1_000;

  private enum Planted {
    NOTHING,
    OWNER_DOES_NOT_LOOK_BACK,
    SENDER_DOES_NOT_LOOK_AGAIN,
    OWNERSHIP_IS_NOT_ATOMIC
  }

  private static final class Shared {
    private final EventLoop loop = new EventLoop(() -> 0, rung -> {});
    private final Planted bug;
    private boolean isTaken;
    private int run; // plain: only the owner's
    private int ownersAtOnce;

    Shared(Planted bug) {
      this.bug = bug;
    }

    private boolean tryAcquire() {
      if (bug != Planted.OWNERSHIP_IS_NOT_ATOMIC) {
        return loop.tryAcquire();
      }
      boolean wasFree = !isTaken;
      isTaken = true;
      return wasFree;
    }

    private void release() {
      if (bug == Planted.OWNERSHIP_IS_NOT_ATOMIC) {
        isTaken = false;
      } else {
        loop.release();
      }
    }

    private void clientTask() {
      ownersAtOnce++;
      require(ownersAtOnce == 1, "two owners at once");
      run++;
      ownersAtOnce--;
    }

    void submit() {
      if (tryAcquire()) {
        clientTask();
        leave();
      } else {
        loop.enqueue(this::clientTask);
        boolean looks = bug != Planted.SENDER_DOES_NOT_LOOK_AGAIN;
        if (looks && loop.isFree() && loop.hasMail() && tryAcquire()) {
          loop.turn(1, Long.MAX_VALUE);
          leave();
        }
      }
    }

    private void leave() {
      release();
      while (bug != Planted.OWNER_DOES_NOT_LOOK_BACK && loop.hasMail()) {
        if (!tryAcquire()) {
          return; // its new owner leaves by the same door
        }
        loop.turn(1, Long.MAX_VALUE);
        release();
      }
    }
  }

  /** AssertJ does not stand being watched by Lincheck. */
  private static void require(boolean holds, String orElse) {
    if (!holds) {
      throw new AssertionError(orElse);
    }
  }

  private static void twoThreadsShareALoop(Planted bug) {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Shared shared = new Shared(bug);
          Thread other =
              new Thread(
                  () -> {
                    shared.submit();
                    shared.submit();
                  });
          other.start();
          shared.submit();
          shared.submit();
          try {
            other.join();
          } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
          }
          require(shared.run == 4, "a task was not run");
        });
  }

  @Test
  void everyTaskIsRunAndNoTwoAtOnce() {
    twoThreadsShareALoop(Planted.NOTHING);
  }

  @Test
  void anOwnerThatDoesNotLookBackIsFound() {
    assertThatThrownBy(() -> twoThreadsShareALoop(Planted.OWNER_DOES_NOT_LOOK_BACK))
        .hasStackTraceContaining("a task was not run");
  }

  @Test
  void aSenderThatDoesNotLookAgainIsFound() {
    assertThatThrownBy(() -> twoThreadsShareALoop(Planted.SENDER_DOES_NOT_LOOK_AGAIN))
        .hasStackTraceContaining("a task was not run");
  }

  @Test
  void twoOwnersAtOnceAreFound() {
    assertThatThrownBy(() -> twoThreadsShareALoop(Planted.OWNERSHIP_IS_NOT_ATOMIC))
        .hasStackTraceContaining("two owners at once");
  }
}
