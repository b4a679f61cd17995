package io.kvstore.core.loop;

import com.google.common.math.LongMath;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs one loop in virtual time, on whichever thread waits: a wait drives the loop until the answer
 * is there, and time jumps to the next timer when there is nothing to do. Where turns take time,
 * there are {@linkplain TimedLoops many loops}.
 */
public final class SimulatedDriver implements Driver {
  /**
   * When every simulation begins: 2000-01-01, for no better reason than that it looks like a date.
   */
  public static final long START = 946_684_800_000_000_000L;

  /** What a client does, in ordinary blocking calls. */
  @FunctionalInterface
  public interface Code {
    /** Does it. */
    void run() throws Exception;
  }

  private final EventLoop loop; // the only one; where turns take time, that of listeners
  private final @Nullable TimedLoops timed;
  private final Turns turns;
  private final Map<Enum<?>, Long> reached = new HashMap<>();
  private final Queue<ClientTask> ended = new ArrayDeque<>(); // to be delivered off the loop
  private @Nullable ClientTask undelivered; // for want of stack or memory: it leads to others
  private long now = START;
  private long mostSteps = Long.MAX_VALUE;
  private long steps;
  private boolean closed;

  /**
   * A simulation in which nothing has happened yet.
   *
   * @param seed draws which client has the next turn
   */
  public SimulatedDriver(long seed) {
    this(seed, false);
  }

  /**
   * A simulation in which nothing has happened yet.
   *
   * @param turnsTakeTime whether loops are apart, and their turns take time
   */
  public SimulatedDriver(long seed, boolean turnsTakeTime) {
    timed = turnsTakeTime ? new TimedLoops(() -> now, this::reached, ~seed) : null;
    loop =
        timed == null
            ? new EventLoop(() -> now, rung -> {}, this::reached)
            : timed.newLoop("listeners");
    turns = new Turns(new SplittableRandom(seed));
  }

  private void reached(Enum<?> moment) {
    reached.merge(moment, 1L, Long::sum);
  }

  /** How often each moment was reached, of those that were. */
  public Map<Enum<?>, Long> reached() {
    return Map.copyOf(reached);
  }

  /** How often this moment was reached. */
  public long timesReached(Enum<?> moment) {
    return reached.getOrDefault(moment, 0L);
  }

  @Override
  public EventLoop newLoop(String name) {
    return timed == null ? loop : timed.newLoop(name);
  }

  @Override
  public EventLoop newBlockingLoop(String name) {
    return newLoop(name);
  }

  /** Whether turns take time. */
  public boolean turnsTakeTime() {
    return timed != null;
  }

  /**
   * Holds some of these loops for so long, each in the middle of one of its next turns, if turns
   * take time.
   *
   * @param names chooses loops by their names
   */
  public void hold(Predicate<String> names, long nanos) {
    if (timed == null) {
      throw new IllegalStateException("in this simulation turns take no time: none can be held");
    }
    timed.hold(names, nanos);
  }

  /** Holds none of the turns that were to be held; one that is held goes on in its time. */
  public void cancelHolds() {
    if (timed != null) {
      timed.cancelHolds();
    }
  }

  /**
   * Lets the turns of some loops that are held come to their end.
   *
   * @param names chooses loops by their names
   */
  public void letGo(Predicate<String> names) {
    if (timed != null) {
      TimedLoops loops = timed;
      runUntil(() -> loops.haveLetGo(names), Long.MAX_VALUE);
    }
  }

  /** There is only one, on which the others live. */
  @Override
  public void end(EventLoop sameLoop) {}

  @Override
  public long now() {
    return now;
  }

  /** After so many events, the next throws an exception. */
  public void limitSteps(long most) {
    mostSteps = most;
  }

  /** How many events have been handled. */
  public long steps() {
    return timed == null ? steps : timed.steps();
  }

  @Override
  public Wait call(EventLoop its, ClientTask clientTask, long timeoutNanos) {
    its.enqueue(clientTask);
    return await(its, clientTask, timeoutNanos);
  }

  @Override
  public Wait administer(EventLoop its, ClientTask clientTask, long timeoutNanos) {
    its.enqueue(clientTask);
    drive(clientTask::isDone, deadlineAfter(timeoutNanos));
    return result(clientTask);
  }

  @Override
  public Wait await(EventLoop its, ClientTask clientTask, long timeoutNanos) {
    runUntil(clientTask::isDone, deadlineAfter(timeoutNanos));
    return result(clientTask);
  }

  private Wait result(ClientTask clientTask) {
    return clientTask.isDone() ? Wait.DONE : closed ? Wait.CLOSED : Wait.TIMED_OUT;
  }

  @Override
  public void submit(EventLoop its, ClientTask clientTask) {
    its.enqueue(clientTask);
  }

  @Override
  public void tell(Runnable news) {
    loop.execute(() -> loop.finished(new News(news)));
  }

  @Override
  public String name() {
    return "simulation";
  }

  /** What a listener is told once the loop has been given back. */
  private static final class News extends ClientTask {
    private final Runnable news;

    News(Runnable news) {
      this.news = news;
    }

    @Override
    public void run() {}

    @Override
    public boolean isDone() {
      return true;
    }

    @Override
    public void deliver() {
      news.run();
    }
  }

  /**
   * Handles events until the condition holds, nothing is left to happen, or virtual time has come
   * to the deadline.
   */
  public void runUntil(BooleanSupplier condition, long deadline) {
    if (turns.isClient()) {
      turns.waitUntil(condition, deadline);
    } else {
      drive(condition, deadline);
    }
  }

  private void drive(BooleanSupplier condition, long deadline) {
    while (!condition.getAsBoolean() && !closed) {
      if (step()) {
        continue;
      }
      long next = nextDeadline();
      if (next > deadline || next == Long.MAX_VALUE) {
        now = Math.max(now, deadline == Long.MAX_VALUE ? now : deadline);
        return;
      }
      now = Math.max(now, next);
    }
  }

  /** Handles everything that happens within this time. */
  public void runFor(long nanos) {
    runUntil(() -> false, deadlineAfter(nanos));
  }

  // Clients that take turns

  /** Another client, which begins when {@link #runClients} is called. */
  public void addClient(String name, Code code) {
    turns.add(name, code);
  }

  /** What the client is called that the calling thread is; null when it is none. */
  public @Nullable String nameOfClient() {
    return turns.nameOfClient();
  }

  /** Lets all clients do what they do, until the last has ended; throws what one of them throws. */
  public void runClients() {
    try {
      while (!turns.areOver()) {
        if (turns.resumeOne(now) || step()) {
          continue;
        }
        long next = Math.min(nextDeadline(), turns.nextDeadline());
        if (next == Long.MAX_VALUE) {
          throw new IllegalStateException(
              turns.waiting() + " wait for what cannot happen any more: nothing is under way");
        }
        now = Math.max(now, next);
      }
    } finally {
      turns.end();
    }
  }

  private boolean step() {
    if (steps() >= mostSteps) {
      throw new IllegalStateException("no end was found within " + mostSteps + " events");
    }
    return timed == null ? stepOfOne() : timed.step();
  }

  private boolean stepOfOne() {
    acquire();
    boolean stepped = false;
    boolean hasLeft = false;
    try {
      stepped = loop.step();
      leave();
      hasLeft = true;
    } finally {
      if (!hasLeft) {
        loop.owner = null; // No call: the stack may have ended.
      }
    }
    steps += stepped ? 1 : 0;
    deliver();
    if (!stepped) {
      loop.requireNoFailure();
    }
    return stepped;
  }

  private long nextDeadline() {
    if (timed != null) {
      return timed.nextDeadline();
    }
    acquire();
    try {
      return loop.nextDeadline();
    } finally {
      loop.owner = null;
    }
  }

  private void acquire() {
    if (!loop.tryAcquire()) {
      throw new IllegalStateException(
          loop.isMine()
              ? "a handler cannot wait for the simulation that runs it: use async()"
              : "a simulation is driven by one thread at a time");
    }
  }

  private void leave() {
    for (ClientTask each = loop.finished().first(); each != null; each = loop.finished().first()) {
      ended.add(each);
      loop.finished().removeFirst();
    }
    loop.release();
  }

  private void deliver() {
    for (ClientTask each = nextEnded(); each != null; each = nextEnded()) {
      boolean isDelivered = false;
      try {
        Answers.deliverOne(each);
        isDelivered = true;
      } finally {
        if (!isDelivered) {
          each.nextFinished = undelivered; // No call: the stack may have ended.
          undelivered = each;
        }
      }
    }
  }

  private @Nullable ClientTask nextEnded() {
    ClientTask next = undelivered;
    if (next == null) {
      return ended.poll();
    }
    undelivered = next.nextFinished;
    next.nextFinished = null;
    return next;
  }

  private long deadlineAfter(long nanos) {
    return LongMath.saturatedAdd(now, nanos);
  }

  @Override
  public void close(Consumer<EventLoop> last) {
    if (closed) {
      return;
    }
    if (timed != null) {
      timed.close(last);
      closed = true;
      return;
    }
    acquire();
    while (steps < mostSteps && loop.hasMail() && loop.step()) {
      steps++;
    }
    loop.run(() -> last.accept(loop));
    loop.forgetActors();
    closed = true;
    leave();
    deliver();
  }
}
