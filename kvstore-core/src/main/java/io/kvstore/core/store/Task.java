package io.kvstore.core.store;

import static com.google.common.base.Throwables.throwIfUnchecked;
import static java.util.Objects.requireNonNull;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.ClientTask;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Something that is done on a loop, and waited for. */
final class Task extends ClientTask {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final @Nullable Actor actor;
  private final Runnable task;
  private volatile boolean done;
  private @Nullable Throwable thrown; // set before done is

  private Task(@Nullable Actor actor, Runnable task) {
    this.actor = actor;
    this.task = requireNonNull(task);
  }

  @Override
  protected @Nullable Actor actor() {
    return actor;
  }

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | Error failure) {
      thrown = failure;
      if (actor != null) {
        throw failure; // which it fails for
      }
    } finally {
      done = true;
      wakeWaiter();
    }
  }

  @Override
  protected void onLost(Throwable failure) {
    if (!done) {
      thrown = failure;
      done = true;
      wakeWaiter();
    }
  }

  /**
   * Does something on a loop, and returns when it is done. An interrupt does not end it half way:
   * it is set again afterwards.
   *
   * @param actor fails when the task throws; null when that leaves nothing half done
   * @throws IllegalStateException when the loop has not come to it in time, or was closed
   */
  static void runOn(Driver driver, EventLoop loop, @Nullable Actor actor, Runnable task) {
    if (loop.isMine()) {
      task.run();
      return;
    }
    Task call = new Task(actor, task);
    Wait end = driver.administerUninterrupted(loop, call, PATIENCE_NANOS);
    if (end != Wait.DONE) {
      throw new IllegalStateException(
          end == Wait.CLOSED
              ? "the store is closed"
              : "what was to be done has not been done within "
                  + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)
                  + " s: its loop is held up, see the stacks of the store's threads");
    }
    call.rethrow();
  }

  private void rethrow() {
    Throwable failure = thrown;
    if (failure != null) {
      throwIfUnchecked(failure);
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void deliver() {}
}
