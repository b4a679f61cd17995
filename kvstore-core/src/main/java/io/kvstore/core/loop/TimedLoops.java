package io.kvstore.core.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Loops in virtual time whose turns take time, as those of threads do: what comes meanwhile waits,
 * and is handled in a later turn, or in the same one. What one loop sends to another is under way
 * on its own: it arrives in time, even while its receiver stands still.
 *
 * <p>A turn can also be held in its middle, as by a garbage collection or a page fault: where it
 * reads the clock, before or after, or has just sent something. While it stands there virtual time
 * goes on, and so do the other loops and the clients. All is drawn from one seed.
 */
final class TimedLoops {
  /** How many events one turn handles at the most. */
  private static final int BUDGET = 64;

  private static final long TURN_WITHIN_NANOS = 20_000;

  /** A turn is held at one of so many moments from when it is asked for. */
  private static final int MOMENTS = 12;

  /** One of so many turns is held without being asked, for a little. */
  private static final int TURNS_FOR_A_HOLD = 500;

  private static final int LONGEST_LITTLE_HOLD = 11; // two to the power of this, in µs

  private final LongSupplier clock;
  private final Consumer<Enum<?>> listener;
  private final RandomGenerator random;
  private final List<TimedLoop> loops = new ArrayList<>();
  private final Timers arrivals = new Timers(); // of what is under way to a loop
  private @Nullable TimedLoop running;
  private boolean closing;
  private long steps;

  TimedLoops(LongSupplier clock, Consumer<Enum<?>> listener, long seed) {
    this.clock = clock;
    this.listener = listener;
    random = new SplittableRandom(seed);
  }

  /** A loop and its turn. */
  private final class TimedLoop implements EventLoop.Bell {
    private final String name;
    private final EventLoop loop;
    private long busyUntil = Long.MIN_VALUE;
    private int momentsUntilHold; // 0: it is not going to be held
    private long holdNanos;
    private @Nullable HeldTurn turn; // while one is under way that may be held
    private final Queue<ClientTask> finished = new ArrayDeque<>(); // in a turn that is over

    TimedLoop(String name) {
      this.name = name;
      loop = new EventLoop(this::readClock, this, listener);
    }

    @Override
    public void ring(EventLoop rung) {
      moment();
    }

    @Override
    public void ringAt(EventLoop rung, long time, Actor actor, Runnable task) {
      arrivals.at(time, actor, () -> rung.enqueue(new Event.Work(actor, task)));
      moment();
    }

    private long readClock() {
      moment();
      long now = clock.getAsLong();
      moment();
      return now;
    }

    boolean isReadyAt(long now) {
      return busyUntil <= now && (turn != null || loop.hasWork(now));
    }

    /** When it may have something to do. */
    long nextDeadline() {
      if (turn != null) {
        return busyUntil;
      }
      long next = loop.hasWork(Long.MIN_VALUE) ? Long.MIN_VALUE : loop.nextDeadline();
      return next == Long.MAX_VALUE ? next : Math.max(next, busyUntil);
    }

    void hold(int moments, long nanos) {
      momentsUntilHold = moments;
      holdNanos = nanos;
    }

    /** Takes a turn, or goes on with the one that was held. */
    void goOn() {
      running = this;
      try {
        if (turn == null && momentsUntilHold > 0) {
          turn = new HeldTurn(name, this::takeTurn);
        }
        HeldTurn onItsOwn = turn;
        if (onItsOwn == null) {
          takeTurn();
        } else if (onItsOwn.resume()) {
          turn = null;
          onItsOwn.rethrow();
        }
      } finally {
        running = null;
        if (turn == null) {
          busyUntil = clock.getAsLong() + random.nextLong(TURN_WITHIN_NANOS);
          deliverFinished();
        }
      }
    }

    private void deliverFinished() {
      for (ClientTask each = finished.poll(); each != null; each = finished.poll()) {
        Answers.deliverOne(each);
      }
    }

    private void takeTurn() {
      loop.tryAcquire();
      try {
        int budget = 1 + random.nextInt(BUDGET);
        for (boolean more = loop.step(); more; more = --budget > 0 && loop.stepOn()) {
          steps++;
        }
      } finally {
        leave();
      }
    }

    private void leave() {
      for (ClientTask each = loop.finished().first();
          each != null;
          each = loop.finished().first()) {
        finished.add(each);
        loop.finished().removeFirst();
      }
      loop.release();
    }
  }

  /** A moment at which the turn that is being taken may be held. */
  private void moment() {
    TimedLoop taking = running;
    HeldTurn turn = taking == null ? null : taking.turn;
    if (taking == null || turn == null || !turn.isMine() || taking.momentsUntilHold == 0) {
      return;
    }
    taking.momentsUntilHold--;
    if (taking.momentsUntilHold == 0 && !closing) {
      taking.busyUntil = clock.getAsLong() + taking.holdNanos;
      turn.hold();
    }
  }

  EventLoop newLoop(String name) {
    TimedLoop made = new TimedLoop(name);
    loops.add(made);
    return made.loop;
  }

  /** Holds some of these loops for so long, each in the middle of one of its next turns. */
  void hold(Predicate<String> names, long nanos) {
    List<TimedLoop> named = loops.stream().filter(each -> names.test(each.name)).toList();
    int first = named.isEmpty() ? 0 : random.nextInt(named.size());
    for (int i = 0; i < named.size(); i++) {
      if (i == first || random.nextBoolean()) {
        named.get(i).hold(1 + random.nextInt(MOMENTS), nanos);
      }
    }
  }

  /** Holds none of the turns that were to be held; one that is held goes on in its time. */
  void cancelHolds() {
    loops.forEach(each -> each.momentsUntilHold = 0);
  }

  /** Holds none of the next turns of some loops; tells whether none of them is held any more. */
  boolean haveLetGo(Predicate<String> names) {
    List<TimedLoop> named = loops.stream().filter(each -> names.test(each.name)).toList();
    named.forEach(each -> each.momentsUntilHold = 0);
    return named.stream().allMatch(each -> each.turn == null);
  }

  /** How many events have been handled. */
  long steps() {
    return steps;
  }

  /** Lets one of the loops that have something to do take a turn; false when there is none. */
  boolean step() {
    requireNoTurn();
    long now = clock.getAsLong();
    for (Runnable due = arrivals.pollDue(now); due != null; due = arrivals.pollDue(now)) {
      due.run();
    }
    List<TimedLoop> ready = new ArrayList<>();
    for (TimedLoop each : loops) {
      if (each.isReadyAt(now)) {
        ready.add(each);
      }
    }
    if (ready.isEmpty()) {
      return false;
    }
    TimedLoop next = ready.size() == 1 ? ready.get(0) : ready.get(random.nextInt(ready.size()));
    if (next.momentsUntilHold == 0 && random.nextInt(TURNS_FOR_A_HOLD) == 0) {
      next.hold(1 + random.nextInt(MOMENTS), 1_000L << random.nextInt(LONGEST_LITTLE_HOLD + 1));
    }
    next.goOn();
    return true;
  }

  /** When the first loop may have something to do. */
  long nextDeadline() {
    long next = arrivals.nextDeadline();
    for (TimedLoop each : loops) {
      next = Math.min(next, each.nextDeadline());
    }
    return next;
  }

  private void requireNoTurn() {
    if (running != null) {
      throw new IllegalStateException(
          "a handler cannot wait for the simulation that runs it: use async()");
    }
  }

  /** Ends the turns that are held, handles what has come in, and then does the last. */
  void close(Consumer<EventLoop> last) {
    requireNoTurn();
    closing = true;
    for (TimedLoop each : loops) {
      while (each.turn != null || each.loop.hasMail()) {
        each.goOn();
      }
    }
    for (TimedLoop each : loops) {
      each.loop.tryAcquire();
      each.loop.run(() -> last.accept(each.loop));
      each.leave();
      each.deliverFinished();
    }
  }
}
