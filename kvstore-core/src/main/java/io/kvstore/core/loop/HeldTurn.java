package io.kvstore.core.loop;

import static com.google.common.base.Throwables.throwIfUnchecked;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A turn of a simulated loop that can be held in its middle. It has a thread, which runs only while
 * the driver waits for it, so that nothing runs at the same time as anything else.
 */
final class HeldTurn {
  private final Thread thread;
  private final Semaphore go = new Semaphore(0);
  private final Semaphore givenBack = new Semaphore(0);
  private boolean ended;
  private @Nullable Throwable thrown;

  HeldTurn(String name, Runnable turn) {
    thread =
        new Thread(
            () -> {
              go.acquireUninterruptibly();
              try {
                turn.run();
              } catch (RuntimeException | Error failure) {
                thrown = failure;
              } finally {
                ended = true;
                givenBack.release();
              }
            },
            "turn-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Lets it go on until it is held or ends; tells whether it has ended. */
  boolean resume() {
    go.release();
    givenBack.acquireUninterruptibly();
    return ended;
  }

  /** Throws what ended it, if something did. */
  void rethrow() {
    if (thrown != null) {
      throwIfUnchecked(thrown);
    }
  }

  /** Whether the calling thread takes this turn. */
  boolean isMine() {
    return Thread.currentThread() == thread;
  }

  /** For the turn: stops right here until it is resumed. */
  void hold() {
    givenBack.release();
    go.acquireUninterruptibly();
  }
}
