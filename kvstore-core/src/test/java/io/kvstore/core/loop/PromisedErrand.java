package io.kvstore.core.loop;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An errand that runs a task, and ends a future when it is delivered. */
final class PromisedErrand extends Errand {
  private final EventLoop loop;
  private final Runnable task;
  private final CompletableFuture<Void> delivered = new CompletableFuture<>();
  private final boolean endsByItself;
  private volatile boolean done;
  private volatile @Nullable Thread ranOn;

  private PromisedErrand(EventLoop loop, Runnable task, boolean endsByItself) {
    this.loop = loop;
    this.task = task;
    this.endsByItself = endsByItself;
  }

  /** One that is done as soon as its task is. */
  static PromisedErrand on(EventLoop loop, Runnable task) {
    return new PromisedErrand(loop, task, true);
  }

  /** One that somebody has to end, on its loop. */
  static PromisedErrand openEnded(EventLoop loop, Runnable task) {
    return new PromisedErrand(loop, task, false);
  }

  @Override
  public void run() {
    ranOn = Thread.currentThread();
    task.run();
    if (endsByItself) {
      end();
    }
  }

  void end() {
    done = true;
    wakeWaiter();
    loop.finished(this);
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void deliver() {
    delivered.complete(null);
  }

  /** Ended when this is delivered. */
  CompletableFuture<Void> delivered() {
    return delivered;
  }

  @Nullable Thread ranOn() {
    return ranOn;
  }
}
