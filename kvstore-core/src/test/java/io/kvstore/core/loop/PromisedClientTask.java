package io.kvstore.core.loop;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A task that runs a task, and ends a future when it is delivered. */
final class PromisedClientTask extends ClientTask {
  private final EventLoop loop;
  private final Runnable task;
  private final CompletableFuture<Void> delivered = new CompletableFuture<>();
  private final boolean endsByItself;
  private volatile boolean done;
  private volatile @Nullable Thread ranOn;

  private PromisedClientTask(EventLoop loop, Runnable task, boolean endsByItself) {
    this.loop = loop;
    this.task = task;
    this.endsByItself = endsByItself;
  }

  /** One that is done as soon as its task is. */
  static PromisedClientTask on(EventLoop loop, Runnable task) {
    return new PromisedClientTask(loop, task, true);
  }

  /** One that somebody has to end, on its loop. */
  static PromisedClientTask openEnded(EventLoop loop, Runnable task) {
    return new PromisedClientTask(loop, task, false);
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
