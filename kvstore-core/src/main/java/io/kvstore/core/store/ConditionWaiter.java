package io.kvstore.core.store;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.ClientTask;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for something to become true that the groups bring about. Only the thread that waits looks
 * whether it has: what the condition throws is thrown there, and hurts no other thread.
 */
final class ConditionWaiter extends ClientTask {
  private final @Nullable Actor actor;
  private final Runnable begin;
  private final BooleanSupplier isTrue;

  /**
   * Waits for a condition.
   *
   * @param actor does what has to be begun
   */
  ConditionWaiter(@Nullable Actor actor, Runnable begin, BooleanSupplier isTrue) {
    this.actor = actor;
    this.begin = begin;
    this.isTrue = isTrue;
  }

  @Override
  protected @Nullable Actor actor() {
    return actor;
  }

  @Override
  public void run() {
    begin.run();
  }

  /** Has the waiting thread look. */
  void wake() {
    wakeWaiter();
  }

  @Override
  public boolean isDone() {
    return isTrue.getAsBoolean();
  }

  @Override
  public void deliver() {}
}
