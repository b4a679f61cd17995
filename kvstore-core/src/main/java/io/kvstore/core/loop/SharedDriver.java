package io.kvstore.core.loop;

import com.google.common.math.LongMath;
import io.kvstore.core.loop.WaitStrategy.Phase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
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
  private final List<LoopThread> threads = new CopyOnWriteArrayList<>();
  private final Worker worker;
  private final Answers answers;
  private final Listeners listeners;
  private volatile Phase phase = Phase.OPEN;

  /** A driver without loops and threads. */
  public SharedDriver(String storeName) {
    this.storeName = storeName;
    worker = new Worker(storeName + "-worker");
    answers = new Answers(storeName);
    listeners = new Listeners(storeName);
  }

  @Override
  public EventLoop newLoop(String name) {
    EventLoop loop =
        new EventLoop(
            WallClock.INSTANCE,
            rung -> {
              if (rung.isFree()) {
                worker.wake();
              }
            });
    loops.add(loop);
    return loop;
  }

  @Override
  public EventLoop newBlockingLoop(String name) {
    LoopThread thread =
        new LoopThread(storeName + "-" + name, WallClock.INSTANCE, answers, listeners);
    threads.add(thread);
    thread.start();
    return thread.loop();
  }

  /** A loop without a thread of its own stays: who else lives on it is not known here. */
  @Override
  public void end(EventLoop loop) {
    LoopThread.end(loop, threads);
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
    phase = Phase.CLOSING;
    for (EventLoop loop : loops) {
      while (!loop.tryAcquire()) {
        WaitStrategy.letOthersRun();
      }
      takeAll(loop, last);
      loop.forgetActors();
      // The loop stays taken for good: there are no more turns.
    }
    worker.close();
    threads.forEach(thread -> thread.close(loop -> {}));
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

  /**
   * The thread that serves loops when no caller waits. It starts when it is first needed, and
   * sleeps until it is needed again.
   */
  private final class Worker implements Runnable {
    private static final long AWAKE = Long.MIN_VALUE;

    private final String name;
    private volatile long sleepsUntil = Long.MAX_VALUE;
    private volatile @Nullable Thread thread;

    Worker(String name) {
      this.name = name;
    }

    long sleepsUntil() {
      return sleepsUntil;
    }

    void wake() {
      Thread running = thread;
      if (running == null) {
        running = start();
      }
      if (running != null && sleepsUntil != AWAKE) {
        LockSupport.unpark(running);
      }
    }

    /** Starts it, unless another has; it may be asleep already. Null when it cannot be started. */
    private synchronized @Nullable Thread start() {
      if (thread == null && phase == Phase.OPEN) {
        sleepsUntil = AWAKE;
        try {
          Thread started = Threads.daemon(name, this);
          started.start();
          thread = started;
        } catch (Throwable noThread) { // the next caller tries again
          sleepsUntil = Long.MAX_VALUE;
        }
      }
      return thread;
    }

    @Override
    public void run() {
      while (phase == Phase.OPEN) {
        try {
          serveAndSleep();
        } catch (Throwable thrown) { // as when memory ends: others wait for what is done here
          WaitStrategy.letTroublePass();
        }
      }
    }

    private void serveAndSleep() {
      sleepsUntil = AWAKE;
      serveAll();
      if (answers.areStuck()) {
        answers.deliver();
      }
      if (listeners.areStuck()) {
        listeners.tellDelayed();
      }
      boolean comesBackSoon = isHeldUp();
      long next = comesBackSoon ? now() + WaitStrategy.RETRY_NANOS : nextDeadline();
      sleepsUntil = next;
      // A thread that leaves mail or an earlier deadline behind reads the field above afterwards:
      // one
      // of the two sees the other.
      if (phase == Phase.OPEN
          && (comesBackSoon || (!anyMail() && !listeners.areStuck() && nextDeadline() >= next))) {
        LockSupport.parkNanos(
            this, next == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, next - now()));
      }
    }

    /** Whether something is left undone that the machine did not allow. */
    private boolean isHeldUp() {
      return answers.areStuck()
          || listeners.areStuck()
          || loops.stream().anyMatch(loop -> loop.isFree() && loop.hasFailure());
    }

    private void serveAll() {
      for (EventLoop loop : loops) {
        if (loop.hasMail() || loop.deadlineAtRelease <= now()) {
          takeTurn(loop, Long.MAX_VALUE);
        }
      }
    }

    private boolean anyMail() {
      for (EventLoop loop : loops) {
        if (loop.hasMail() && loop.isFree()) {
          return true;
        }
      }
      return false;
    }

    private long nextDeadline() {
      long next = Long.MAX_VALUE;
      for (EventLoop loop : loops) {
        next =
            loop.isFree()
                ? Math.min(next, loop.deadlineAtRelease)
                : Math.min(next, now() + WaitStrategy.LOOK_AGAIN_NANOS); // its owner may not call
      }
      return next;
    }

    synchronized void close() {
      Thread running = thread;
      if (running != null) {
        LockSupport.unpark(running);
        Threads.join(running);
      }
    }
  }
}
