package io.kvstore.core.storage;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * A datalet's thread in virtual time, on the loop of all others: each piece of work takes a while,
 * and so does making it durable. In between its node may crash.
 */
final class VirtualDataletExecutor implements DataletExecutor {
  private static final long WORK_WITHIN_NANOS = 20_000;
  private static final long SYNC_WITHIN_NANOS = 2_000_000;

  private final EventLoop loop;
  private final RandomGenerator random;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private Runnable sync = () -> {};
  private boolean isBusy;
  private boolean isSyncing;
  private boolean isAbandoned;

  VirtualDataletExecutor(EventLoop loop, RandomGenerator random) {
    this.loop = loop;
    this.random = random;
  }

  /** What is done when nothing is waiting any more. */
  void whenDone(Runnable work) {
    sync = work;
  }

  @Override
  public void execute(Actor datalet, Runnable work) {
    waiting.add(work);
    if (!isBusy) {
      isBusy = true;
      turnWithin(WORK_WITHIN_NANOS, datalet);
    }
  }

  @Override
  public boolean hasMore() {
    return !isSyncing;
  }

  private void turnWithin(long nanos, Actor datalet) {
    loop.executeAt(loop.now() + 1 + random.nextLong(nanos), datalet, () -> turn(datalet));
  }

  private void turn(Actor datalet) {
    if (isAbandoned) {
      return;
    }
    Runnable next = waiting.poll();
    if (next != null) {
      next.run();
      turnWithin(waiting.isEmpty() ? SYNC_WITHIN_NANOS : WORK_WITHIN_NANOS, datalet);
      return;
    }
    isSyncing = true;
    isBusy = false;
    sync.run();
    isSyncing = false;
  }

  @Override
  public void abandon() {
    isAbandoned = true;
    waiting.clear();
  }
}
