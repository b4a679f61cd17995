package io.kvstore.core.node;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Pause;
import io.kvstore.core.spi.Timer;
import java.util.function.Consumer;

/**
 * A timer of a controlet. One that is due while its node pauses, or its group changes, is due once
 * that is over, unless it is stopped.
 */
final class GuardedTimer implements Timer {
  private final Runnable task;
  private final Pause pause;
  private final Consumer<GuardedTimer> onDue;
  private final Timer timer;
  private boolean isKept;

  GuardedTimer(
      Actor actor, Runnable task, EventLoop loop, Pause pause, Consumer<GuardedTimer> onDue) {
    this.task = task;
    this.pause = pause;
    this.onDue = onDue;
    timer = loop.timer(actor, this::ring);
  }

  private void ring() {
    if (pause.isOn()) {
      timer.start(pause.left());
    } else {
      onDue.accept(this);
    }
  }

  Runnable task() {
    return task;
  }

  /** It is due, and waits until its controlet serves again. */
  void keep() {
    isKept = true;
  }

  /** Whether it has waited until now; from now on it does not any more. */
  boolean isStillKept() {
    boolean was = isKept;
    isKept = false;
    return was;
  }

  @Override
  public void start(long nanos) {
    isKept = false;
    timer.start(nanos);
  }

  @Override
  public void stop() {
    isKept = false;
    timer.stop();
  }

  @Override
  public boolean isRunning() {
    return isKept || timer.isRunning();
  }
}
