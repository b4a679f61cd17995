package io.kvstore.core.loop;

import io.kvstore.NodeId;
import io.kvstore.core.flight.Flight;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes the turns of its actors, one event at a time, for whichever thread owns it.
 *
 * <p>What its own actors send to each other goes through a plain local queue; everything else comes
 * in through a lock-free inbox. Events of the local queue go first, so that what an outside event
 * sets off is done before the next one begins.
 */
public final class EventLoop {
  /** Rung when something has come into a loop's inbox. */
  @FunctionalInterface
  public interface Bell {
    /** A thread should take this loop's turn, unless one does. May be called by any thread. */
    void ring(EventLoop loop);

    /** Has a task of an actor run on this loop at a time. May be called by any thread. */
    default void ringAt(EventLoop loop, long time, Actor actor, Runnable task) {
      loop.execute(actor, () -> loop.timers.at(time, actor, task));
    }
  }

  private static final int INBOX_CHUNK = 64;
  private static final int QUIET_WITHIN_SPINS = 32;
  private static final VarHandle OWNER;
  private static final VarHandle OWNERSHIPS;

  /** No look is possible now. */
  public static final long NOT_QUIET = -1;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(EventLoop.class, "owner", Thread.class);
      OWNERSHIPS = MethodHandles.lookup().findVarHandle(EventLoop.class, "ownerships", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Of a loop that a thread should take at once. */
  static final long AT_ONCE = Long.MIN_VALUE;

  private final MessagePassingQueue<Runnable> inbox =
      new MpscUnboundedVarHandleArrayQueue<>(INBOX_CHUNK);
  private final Failure failure = new Failure();
  private final LocalQueue local = new LocalQueue(failure);
  private final Timers timers = new Timers();
  private final FinishedTasks finished = new FinishedTasks(); // to deliver off the loop
  private final LongSupplier clock;
  private final Bell bell;
  private final Consumer<Enum<?>> listener;

  volatile @Nullable Thread owner;
  private long ownerships; // how many there have been; others look at it, too

  /** Not later than the next timer was due when the loop was last given back. */
  volatile long deadlineAtRelease = Long.MAX_VALUE;

  private long now; // read by the owner only; refreshed with each event that comes from outside

  /**
   * A loop that has no owner yet.
   *
   * @param clock nanoseconds since 1970, never going back
   * @param bell what is rung when something arrives from outside
   */
  public EventLoop(LongSupplier clock, Bell bell) {
    this(clock, bell, moment -> {});
  }

  /**
   * The same.
   *
   * @param listener told what its actors have {@linkplain #reached reached}
   */
  EventLoop(LongSupplier clock, Bell bell, Consumer<Enum<?>> listener) {
    this.clock = clock;
    this.bell = bell;
    this.listener = listener;
    this.now = clock.getAsLong();
  }

  /** An actor is where few runs of a test come to; simulations count how often. */
  public void reached(Enum<?> moment) {
    listener.accept(moment);
  }

  // Ownership

  /** Takes the loop if it has no owner. */
  boolean tryAcquire() {
    if (owner != null || !OWNER.compareAndSet(this, null, Thread.currentThread())) {
      return false;
    }
    OWNERSHIPS.setOpaque(this, ownerships + 1);
    VarHandle
        .storeStoreFence(); // A thread that sees anything that the owner does sees the new count.
    return true;
  }

  /** Gives the loop back. The caller then looks whether something has arrived in the meantime. */
  void release() {
    assert isMine();
    long deadline = timers.nextDeadlineAtTheEarliest();
    if (deadline != deadlineAtRelease) {
      deadlineAtRelease = deadline;
    }
    owner = null;
  }

  boolean isFree() {
    return owner == null;
  }

  /**
   * Throws what an actor has yet to fail for: the thread that drives the loop has no stack for
   * that.
   */
  void requireNoFailure() {
    failure.throwIfOpen();
  }

  /** Whether an actor has yet to fail: nothing else happens here before it has. */
  boolean hasFailure() {
    return failure.isOpen();
  }

  /** Whether the calling thread owns this loop. */
  public boolean isMine() {
    return owner == Thread.currentThread();
  }

  // From any thread

  /**
   * Begins a look at what this loop's actors have, by a thread that does not own it. What it sees
   * counts only if {@link #wasQuietSince} says so afterwards. While the loop has an owner, it waits
   * for a moment.
   *
   * @return a stamp; {@link #NOT_QUIET} when the loop still has an owner, or mail waits that comes
   *     first
   */
  public long quietStamp() {
    for (int i = 0; i < QUIET_WITHIN_SPINS; i++) {
      long stamp = (long) OWNERSHIPS.getAcquire(this);
      if (owner == null) {
        return hasMail() || hasFailure() ? NOT_QUIET : stamp;
      }
      Thread.onSpinWait();
    }
    return NOT_QUIET;
  }

  /** Whether no thread has owned this loop since a stamp was taken. */
  public boolean wasQuietSince(long stamp) {
    VarHandle.acquireFence(); // What was seen was seen before the count.
    return stamp == (long) OWNERSHIPS.getOpaque(this);
  }

  /** Runs a task on this loop, soon, that can leave nothing half done when it throws. */
  public void execute(Runnable task) {
    if (isMine()) {
      local.add(task instanceof Event event ? event.actor() : null, task);
    } else {
      inbox.offer(task);
      bell.ring(this);
    }
  }

  /** Runs a task of an actor on its loop, soon. */
  public void execute(Actor actor, Runnable task) {
    if (isMine()) {
      local.add(actor, task);
    } else {
      execute(new Event.Work(actor, task));
    }
  }

  /** Has a turn taken soon for what was put into the inbox. May be called by any thread. */
  void ring() {
    bell.ring(this);
  }

  /** Puts a task into the inbox without ringing: the caller sees to it that a turn is taken. */
  void enqueue(Runnable task) {
    inbox.offer(task);
  }

  /** Hands a message to a receiver on this loop, soon. */
  public void deliver(Receiver to, NodeId from, Message message) {
    if (isMine()) {
      local.add(to, from, message);
    } else {
      execute(new Event.Delivery(to, from, message));
    }
  }

  /** Runs a task of an actor on its loop at a time of the loop's clock. */
  public void executeAt(long time, Actor actor, Runnable task) {
    if (isMine()) {
      timers.at(time, actor, task);
    } else {
      bell.ringAt(this, time, actor, task);
    }
  }

  /** Whether events wait in the inbox. */
  public boolean hasMail() {
    return !inbox.isEmpty();
  }

  // For the owner

  /** Notes that a task has ended and wants to be delivered once the loop has been given back. */
  public void finished(ClientTask clientTask) {
    assert isMine();
    finished.add(clientTask);
  }

  /** The tasks that wait to be delivered. */
  FinishedTasks finished() {
    return finished;
  }

  /**
   * When the event that is handled came to its turn, in nanoseconds since 1970: not before anything
   * that led to it, however long the turn has taken until then.
   */
  public long now() {
    return now;
  }

  /** The time at this moment, for any thread. */
  public long clockNow() {
    return clock.getAsLong();
  }

  /** Whether there is anything to do at a time, for one who runs loops without threads. */
  boolean hasWork(long time) {
    return timers.isAnyDue(time) || !local.isEmpty() || hasMail() || hasFailure();
  }

  /** A timer of an actor on this loop's clock. */
  public Timer timer(Actor actor, Runnable task) {
    return timers.timer(actor, task, () -> now);
  }

  /** When the next timer is due; {@link Long#MAX_VALUE} when none is. */
  public long nextDeadline() {
    return timers.nextDeadline();
  }

  /** Whether a timer may be due; when not, none is. It costs no more than a look. */
  boolean mayHaveDueTimer() {
    return timers.nextDeadlineAtTheEarliest() <= now;
  }

  /** Forgets its actors, and what they were to do later: they are no more. */
  void forgetActors() {
    timers.clear();
  }

  /** Runs a task now, and then everything that it sets off among the actors of this loop. */
  void run(Runnable task) {
    if (Flight.isOn()) {
      Flight.turn(() -> runNow(task));
    } else {
      runNow(task);
    }
  }

  private boolean runNow(Runnable task) {
    refreshClock();
    perform(task, false);
    return drainLocal();
  }

  /**
   * Runs the timers that are due, and events until there are none or the budget is spent.
   *
   * @param budget how many events of the inbox to handle at the most
   * @param until when to stop at the latest, by the loop's clock
   * @return whether anything was done
   */
  boolean turn(int budget, long until) {
    return Flight.isOn() ? Flight.turn(() -> turnNow(budget, until)) : turnNow(budget, until);
  }

  private boolean turnNow(int budget, long until) {
    if (failure.isOpen() && !failure.settle()) {
      return false;
    }
    refreshClock();
    boolean worked = drainLocal();
    while (!failure.isOpen() && timers.isAnyDue(now)) {
      perform(null, false);
      drainLocal();
      worked = true;
    }
    for (int handled = 0; handled < budget && !failure.isOpen(); handled++) {
      if (handled > 0 && now >= until) {
        return true;
      }
      if (!perform(null, true)) {
        return worked || handled > 0;
      }
      drainLocal();
    }
    return true;
  }

  /**
   * Runs a single event, for those who count them: a local one, one of the inbox, or a due timer.
   */
  boolean step() {
    if (failure.isOpen() && !failure.settle()) {
      return false;
    }
    refreshClock();
    return stepOn();
  }

  /** The next event of the same turn. */
  boolean stepOn() {
    if (failure.isOpen()) {
      return false;
    }
    if (local.runNext()) {
      failure.settleAtOnce();
      return true;
    }
    return perform(null, true) || perform(null, false);
  }

  private boolean drainLocal() {
    boolean worked = false;
    while (!local.isEmpty() && !failure.isOpen()) {
      worked = true;
      local.runNext();
      failure.settleAtOnce();
    }
    return worked;
  }

  /**
   * Performs an event, whatever it throws: who takes the turn may be a client's thread. An event is
   * taken from where it waits only here, so that none is lost between there and its beginning.
   *
   * @param given the event; null for the next that waits
   * @param isFromInbox whether that is one from outside, or else a timer that is due
   * @return whether there was any
   */
  private boolean perform(@Nullable Runnable given, boolean isFromInbox) {
    Runnable event = given;
    Actor actor = null;
    try {
      if (event == null) {
        event = isFromInbox ? inbox.relaxedPoll() : timers.pollDue(now);
      }
      if (event == null) {
        return false;
      }
      if (isFromInbox) {
        refreshClock(); // it begins now: not before whatever it was that brought it
      }
      if (event instanceof Event owned) {
        actor = owned.actor();
      }
      event.run();
    } catch (Throwable thrown) {
      if (event == null) {
        throw thrown;
      }
      failure.actor = actor;
      failure.event = event;
      failure.cause = thrown;
    }
    failure.settleAtOnce();
    return true;
  }

  private void refreshClock() {
    now = clock.getAsLong();
  }
}
