package io.kvstore.core.cluster;

import io.kvstore.core.loop.Errand;
import java.util.function.BooleanSupplier;

/** Waits for something to become true that the groups bring about. */
final class Waiting extends Errand {
  private final Runnable begin;
  private final BooleanSupplier isTrue;

  Waiting(Runnable begin, BooleanSupplier isTrue) {
    this.begin = begin;
    this.isTrue = isTrue;
  }

  @Override
  public void run() {
    begin.run();
  }

  void look() {
    if (isDone()) {
      wakeWaiter();
    }
  }

  @Override
  public boolean isDone() {
    return isTrue.getAsBoolean();
  }

  @Override
  public void deliver() {}
}
