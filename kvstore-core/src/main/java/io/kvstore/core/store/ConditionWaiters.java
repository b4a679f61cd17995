package io.kvstore.core.store;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has callers wait for what the groups bring about, and wakes them whenever the groups have. What
 * callers wait for is evaluated by themselves.
 */
public final class ConditionWaiters {
  private static final Logger logger = LoggerFactory.getLogger(ConditionWaiters.class);

  private final Driver driver;
  private final List<ConditionWaiter> waiting = new CopyOnWriteArrayList<>();
  private final List<Runnable> others = new CopyOnWriteArrayList<>();

  ConditionWaiters(Driver driver) {
    this.driver = driver;
  }

  /**
   * Waits while no client has a turn, also when interrupted: the caller may hold a lock, or have
   * done one half of something.
   */
  Wait administer(
      EventLoop loop, @Nullable Actor actor, Runnable begin, BooleanSupplier isTrue, long nanos) {
    ConditionWaiter clientTask = new ConditionWaiter(actor, begin, isTrue);
    waiting.add(clientTask);
    try {
      return driver.administerUninterrupted(loop, clientTask, nanos);
    } finally {
      waiting.remove(clientTask);
    }
  }

  /** Waits while the others go on. */
  Wait call(EventLoop loop, BooleanSupplier isTrue, long nanos) {
    ConditionWaiter clientTask = new ConditionWaiter(null, () -> {}, isTrue);
    waiting.add(clientTask);
    try {
      return driver.call(loop, clientTask, nanos);
    } finally {
      waiting.remove(clientTask);
    }
  }

  void look() {
    waiting.forEach(ConditionWaiter::wake);
    others.forEach(ConditionWaiters::guarded);
  }

  /** What brings something about does not fail because of a condition that throws. */
  private static void guarded(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException | Error thrown) {
      logger.error("what waits for a change of a group has failed", thrown);
    }
  }

  /** Runs something whenever the groups have brought something about, on whatever loop it was. */
  public void add(Runnable look) {
    others.add(look);
  }

  /** Runs it no more. */
  public void remove(Runnable look) {
    others.remove(look);
  }
}
