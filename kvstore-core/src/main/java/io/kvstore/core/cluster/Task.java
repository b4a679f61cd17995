package io.kvstore.core.cluster;

import static com.google.common.base.Throwables.throwIfUnchecked;
import static java.util.Objects.requireNonNull;

import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Errand;
import io.kvstore.core.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/** Something that is done on a loop, and waited for. */
final class Task extends Errand {
  private final Runnable task;
  private volatile boolean done;
  private @Nullable Throwable thrown; // set before done is

  Task(Runnable task) {
    this.task = requireNonNull(task);
  }

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | Error failure) {
      thrown = failure;
    } finally {
      done = true;
      wakeWaiter();
    }
  }

  /** Does something on a loop, and returns when it is done. */
  static void runOn(Driver driver, EventLoop loop, Runnable task, long nanos) {
    if (loop.isMine()) {
      task.run();
    } else {
      Task call = new Task(task);
      driver.administer(loop, call, nanos);
      call.rethrow();
    }
  }

  private void rethrow() {
    if (done && thrown != null) {
      throwIfUnchecked(thrown);
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void deliver() {}
}
