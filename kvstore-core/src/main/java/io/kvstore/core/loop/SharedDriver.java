package io.kvstore.core.loop;

import com.google.common.math.LongMath;
import io.kvstore.core.loop.WaitStrategy.Phase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a caller that waits for an answer take the turns of its loop; a worker thread takes them
 * when timers are due, or mail has come and no caller waits.
 *
 * <p>One who submits looks a few times whether the loop gets free, before it leaves its task there:
 * a task that another thread runs has to be delivered by a third.
 *
 * <p>A caller that finds its loop free and without mail runs its own task at once, without any
 * queue, and then serves whatever else has come in. One that finds it taken leaves its task in the
 * inbox, where the owner finds it before it goes. So the tasks of one thread on one loop run in
 * their order.
 *
 * <p>A caller helps others no longer than its own time. One whose stack is deep leaves its task to
 * the worker: a turn must not be ended half way by the end of a stack. Should that happen all the
 * same, the loop is given back without a call, and the worker goes on there.
 */
public final class SharedDriver implements Driver {
  /** How much of the others' mail a caller handles before it looks after itself again. */
  private static final int BUDGET = 128;

  /**
   * How often a leaving owner comes back for mail that has just arrived, before it calls the
   * worker.
   */
  private static final int RETURNS = 4;

  private final String storeName;
  private final List<EventLoop> loops = new CopyOnWriteArrayList<>();
  private final Worker worker;
  private final Answers answers;
  private final Listeners listeners;
  private final LoopThreads threads;
  private volatile Phase phase = Phase.OPEN;

  /** A driver without loops and threads. */
  public SharedDriver(String storeName) {
    this.storeName = storeName;
    answers = new Answers(storeName);
    listeners = new Listeners(storeName);
    threads = new LoopThreads(storeName, answers, listeners);
    Consumer<EventLoop> serve = loop -> takeTurn(loop, Long.MAX_VALUE);
    worker = new Worker(storeName + "-worker", loops, serve, answers, listeners, () -> phase);
  }

  @Override
  public EventLoop newLoop(String name) {
    EventLoop loop =
        new EventLoop(
            WallClock.INSTANCE,
            rung -> {
              if (rung.isFree()) {
                serveSoon(rung);
              }
            });
    synchronized (loops) {
      Driver.requireOpen(phase == Phase.OPEN);
      loops.add(loop);
    }
    return loop;
  }

  /** By the worker; or by the thread that has brought something, where that does not look. */
  private void serveSoon(EventLoop loop) {
    if (loops.contains(loop)) {
      worker.wake();
    } else {
      takeTurn(loop, Long.MAX_VALUE);
    }
  }

  @Override
  public EventLoop newBlockingLoop(String name) {
    return threads.begin(name);
  }

  /** The worker looks no more at a loop without a thread of its own, once its mail is done. */
  @Override
  public void end(EventLoop loop) {
    if (!loops.remove(loop)) {
      threads.end(loop);
      return;
    }
    while (!loop.tryAcquire()) {
      WaitStrategy.letOthersRun();
    }
    takeAll(loop, none -> loop.forgetActors());
    loop.release();
    while (loop.hasMail() && takeTurn(loop, Long.MAX_VALUE)) {} // brought just before
  }

  @Override
  public long now() {
    return WallClock.INSTANCE.getAsLong();
  }

  @Override
  public Wait call(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    if (StackDepth.isDeep()) {
      loop.execute(clientTask);
      return WaitStrategy.await(clientTask, () -> false, () -> phase, timeoutNanos);
    }
    if (loop.tryAcquire()) {
      Thread me = Thread.currentThread();
      boolean hasLeft = false;
      try {
        long until = LongMath.saturatedAdd(now(), timeoutNanos);
        serve(loop, clientTask, until);
        leave(loop, null, until);
        hasLeft = true;
      } finally {
        if (!hasLeft && loop.owner == me) {
          loop.deadlineAtRelease = EventLoop.AT_ONCE; // No call: the stack may have ended.
          loop.owner = null;
        }
      }
      if (clientTask.isDone()) {
        return Wait.DONE;
      }
    } else {
      loop.enqueue(clientTask);
    }
    return await(loop, clientTask, timeoutNanos);
  }

  /** Unlike a call, it may be on a loop that has a thread of its own, which may be asleep. */
  @Override
  public Wait administer(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    loop.execute(clientTask);
    return await(loop, clientTask, timeoutNanos);
  }

  @Override
  public Wait await(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    long until = LongMath.saturatedAdd(now(), timeoutNanos);
    return WaitStrategy.await(
        clientTask, () -> loop.hasMail() && takeTurn(loop, until), () -> phase, timeoutNanos);
  }

  /** Takes a turn unless another thread takes it. */
  private boolean takeTurn(EventLoop loop, long until) {
    if (!loop.tryAcquire()) {
      return false;
    }
    Thread me = Thread.currentThread();
    boolean hasLeft = false;
    try {
      loop.turn(BUDGET, until);
      leave(loop, null, until);
      hasLeft = true;
    } finally {
      if (!hasLeft && loop.owner == me) {
        loop.deadlineAtRelease = EventLoop.AT_ONCE; // as above
        loop.owner = null;
      }
    }
    return true;
  }

  @Override
  public boolean allowsOptimisticReads() {
    return true;
  }

  @Override
  public void submit(EventLoop loop, ClientTask clientTask) {
    if (StackDepth.isDeep()) {
      loop.execute(clientTask);
      return;
    }
    if (!WaitStrategy.spinsUntil(loop::tryAcquire)) {
      loop.enqueue(clientTask);
      if (loop.isFree()) {
        takeTurn(loop, Long.MAX_VALUE);
      } else {
        loop.ring(); // its owner may be a thread of its own, and asleep
      }
      return;
    }
    Thread me = Thread.currentThread();
    boolean deliversOwn = false;
    boolean hasLeft = false;
    try {
      serve(loop, clientTask, Long.MAX_VALUE);
      deliversOwn = leave(loop, clientTask, Long.MAX_VALUE);
      hasLeft = true;
    } finally {
      if (!hasLeft && loop.owner == me) {
        loop.deadlineAtRelease = EventLoop.AT_ONCE; // as above
        loop.owner = null;
      }
    }
    if (deliversOwn) {
      Answers.deliverOne(clientTask);
    }
  }

  private static void serve(EventLoop loop, ClientTask clientTask, long until) {
    if (loop.hasMail() || loop.hasFailure()) {
      loop.enqueue(clientTask); // What the same thread has submitted before comes first.
      loop.turn(BUDGET, until);
      return;
    }
    loop.run(clientTask);
    if (loop.hasMail() || loop.mayHaveDueTimer()) {
      loop.turn(BUDGET, until);
    }
  }

  /**
   * Gives the loop back, and sees to it that nothing is left lying there.
   *
   * @param own what the caller delivers itself, if nothing else has finished: no other thread can
   *     depend on it yet, and others have left theirs behind
   * @param until when the caller's own time is over
   * @return whether the caller is to deliver its own
   */
  private boolean leave(EventLoop loop, @Nullable ClientTask own, long until) {
    if (loop.hasFailure()) {
      loop.deadlineAtRelease =
          EventLoop.AT_ONCE; // The worker goes on: this stack may be too short.
      loop.owner = null;
      worker.wake();
      return false;
    }
    boolean deliversOwn = own != null && loop.finished().first() == own && own.nextFinished == null;
    if (deliversOwn) {
      loop.finished().removeFirst();
    }
    boolean hasTaken = answers.takeFrom(loop);
    loop.release();
    for (int i = 0; loop.hasMail() && i < RETURNS && (i == 0 || now() < until); i++) {
      if (!loop.tryAcquire()) {
        break; // its new owner leaves by the same door
      }
      loop.turn(BUDGET, until);
      hasTaken |= answers.takeFrom(loop);
      loop.release();
    }
    if (hasTaken) {
      answers.deliver();
    }
    if ((loop.hasMail() && loop.isFree())
        || loop.deadlineAtRelease < worker.sleepsUntil()
        || answers.areStuck()) {
      worker.wake();
    }
    return deliversOwn;
  }

  @Override
  public void tell(Runnable news) {
    listeners.tellLater(news); // by the worker: the stack of a client may be too short
    worker.wake();
  }

  @Override
  public String name() {
    return storeName;
  }

  @Override
  public void close(Consumer<EventLoop> last) {
    synchronized (loops) {
      phase = Phase.CLOSING;
    }
    for (EventLoop loop : loops) {
      while (!loop.tryAcquire()) {
        WaitStrategy.letOthersRun();
      }
      takeAll(loop, last);
      loop.forgetActors();
      // The loop stays taken for good: there are no more turns.
    }
    worker.close();
    threads.close(none -> {});
    loops.forEach(loop -> takeAll(loop, none -> {})); // some were sent more after their last turn
    phase = Phase.CLOSED;
    answers.close();
    listeners.close();
  }

  private void takeAll(EventLoop loop, Consumer<EventLoop> last) {
    while (loop.turn(BUDGET, Long.MAX_VALUE) && loop.hasMail()) {}
    loop.run(() -> last.accept(loop));
    if (answers.takeFrom(loop)) {
      answers.deliver();
    }
  }
}
