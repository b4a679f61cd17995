package io.kvstore.core.loop;

import io.kvstore.core.loop.Patience.Phase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever waits for an answer take the turns of its loop; a worker thread takes them when
 * timers are due, or mail has come and nobody waits.
 *
 * <p>One who submits looks a few times whether the loop gets free, before it leaves its errand
 * there: an errand that another thread runs has to be delivered by a third.
 *
 * <p>A caller that finds its loop free and without mail runs its own errand at once, without any
 * queue, and then serves whatever else has come in. One that finds it taken leaves its errand in
 * the inbox, where the owner finds it before it goes. So the errands of one thread on one loop run
 * in their order.
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
    LoopThread thread = new LoopThread(storeName + "-" + name, WallClock.INSTANCE, answers);
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
  public Wait call(EventLoop loop, Errand errand, long timeoutNanos) {
    if (loop.tryAcquire()) {
      try {
        serve(loop, errand);
      } finally { // A caller's stack may end at any call.
        answers.deliver(leave(loop));
      }
      if (errand.isDone()) {
        return Wait.DONE;
      }
    } else {
      loop.enqueue(errand);
    }
    return await(loop, errand, timeoutNanos);
  }

  /** Unlike a call, it may be on a loop that has a thread of its own, which may be asleep. */
  @Override
  public Wait administer(EventLoop loop, Errand errand, long timeoutNanos) {
    loop.execute(errand);
    return await(loop, errand, timeoutNanos);
  }

  @Override
  public Wait await(EventLoop loop, Errand errand, long timeoutNanos) {
    return Patience.await(errand, () -> lend(loop), () -> phase, timeoutNanos);
  }

  /** Takes a turn if there is mail and nobody else takes it. */
  private boolean lend(EventLoop loop) {
    if (!loop.hasMail() || !loop.tryAcquire()) {
      return false;
    }
    try {
      loop.turn(BUDGET);
    } finally {
      answers.deliver(leave(loop));
    }
    return true;
  }

  @Override
  public boolean allowsGlances() {
    return true;
  }

  @Override
  public void submit(EventLoop loop, Errand errand) {
    if (Patience.spinsUntil(loop::tryAcquire)) {
      try {
        serve(loop, errand);
      } finally {
        deliverHere(leave(loop), errand);
      }
      return;
    }
    loop.enqueue(errand);
    if (loop.isFree()) {
      lend(loop);
    } else {
      loop.ring(); // its owner may be a thread of its own, and asleep
    }
  }

  /**
   * The submitter delivers its own errand, on which nobody can depend yet; others have left theirs
   * behind.
   */
  private void deliverHere(@Nullable Errand finished, Errand own) {
    if (finished == own && own.nextFinished == null) {
      Answers.deliverEach(own);
    } else {
      answers.deliver(finished);
    }
  }

  private static void serve(EventLoop loop, Errand errand) {
    if (loop.hasMail()) {
      loop.enqueue(errand); // What the same thread has submitted before comes first.
      loop.turn(BUDGET);
      return;
    }
    loop.run(errand);
    if (loop.hasMail() || loop.mayHaveDueTimer()) {
      loop.turn(BUDGET);
    }
  }

  /**
   * Gives the loop back, sees to it that nothing is left lying there, and returns what finished.
   */
  private @Nullable Errand leave(EventLoop loop) {
    Errand finished = loop.takeFinished();
    loop.release();
    for (int i = 0; loop.hasMail() && i < RETURNS; i++) {
      if (!loop.tryAcquire()) {
        return finished; // its new owner leaves by the same door
      }
      loop.turn(BUDGET);
      finished = joined(finished, loop.takeFinished());
      loop.release();
    }
    if (loop.hasMail() || loop.deadlineAtRelease() < worker.sleepsUntil()) {
      worker.wake();
    }
    return finished;
  }

  private static @Nullable Errand joined(@Nullable Errand some, @Nullable Errand more) {
    if (some == null) {
      return more;
    }
    Errand last = some;
    while (last.nextFinished != null) {
      last = last.nextFinished;
    }
    last.nextFinished = more;
    return some;
  }

  @Override
  public void tell(Runnable news) {
    listeners.tell(news);
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
        Patience.letOthersRun();
      }
      while (loop.turn(BUDGET) && loop.hasMail()) {}
      loop.run(() -> last.accept(loop));
      loop.forgetActors();
      answers.deliver(loop.takeFinished());
      // The loop stays taken for good: nobody takes another turn.
    }
    worker.close();
    threads.forEach(thread -> thread.close(loop -> {}));
    phase = Phase.CLOSED;
    answers.close();
    listeners.close();
  }

  /**
   * The thread that serves loops when nobody waits. It starts when it is first needed, and sleeps
   * until it is needed again.
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
        start();
      } else if (sleepsUntil != AWAKE) {
        LockSupport.unpark(running);
      }
    }

    private synchronized void start() {
      if (thread == null && phase == Phase.OPEN) {
        sleepsUntil = AWAKE;
        Thread started = Threads.daemon(name, this);
        thread = started;
        started.start();
      }
    }

    @Override
    public void run() {
      while (phase == Phase.OPEN) {
        sleepsUntil = AWAKE;
        serveAll();
        long next = nextDeadline();
        sleepsUntil = next;
        // Whoever leaves mail or an earlier deadline behind reads the field above afterwards: one
        // of the two sees the other.
        if (phase == Phase.OPEN && !anyMail() && nextDeadline() >= next) {
          LockSupport.parkNanos(
              this, next == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, next - now()));
        }
      }
    }

    private void serveAll() {
      for (EventLoop loop : loops) {
        if ((loop.hasMail() || loop.deadlineAtRelease() <= now()) && loop.tryAcquire()) {
          loop.turn(BUDGET);
          answers.deliver(leave(loop));
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
        if (loop.isFree()) { // whoever has it looks at its timers before leaving
          next = Math.min(next, loop.deadlineAtRelease());
        }
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
