package io.kvstore.core.loop;

import io.kvstore.core.spi.Timer;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen later on a loop, the earliest first, and at the same time in the order in which
 * it was asked for.
 *
 * <p>A protocol starts and stops its timers with nearly every operation, and they hardly ever run.
 * So a stopped or postponed timer stays where it is in the queue, and is looked at again when it
 * comes up.
 */
final class Timers {
  private static final long NEVER = Long.MAX_VALUE;

  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
  private long nextOrder;

  /** Runs a task once at a time. */
  void at(long time, Runnable task) {
    Alarm alarm = new Alarm(task, () -> 0);
    alarm.startAt(time);
  }

  Timer timer(Runnable task, LongSupplier clock) {
    return new Alarm(task, clock);
  }

  /**
   * Not later than the next task is due: for one that was stopped or put off since, too early. It
   * costs no more than a look.
   */
  long nextDeadlineAtTheEarliest() {
    Alarm first = alarms.peek();
    return first == null ? NEVER : first.queuedFor;
  }

  /** When the next task is due. */
  long nextDeadline() {
    Alarm first = alarms.peek();
    while (first != null && !first.isQueuedAsAsked()) {
      alarms.remove();
      first.queuedFor = NEVER;
      if (first.deadline != NEVER) {
        first.enqueue();
      }
      first = alarms.peek();
    }
    return first == null ? NEVER : first.deadline;
  }

  /** Nothing is to happen any more. */
  void clear() {
    alarms.forEach(Alarm::leave);
    alarms.clear();
  }

  /** Takes the next task that is due at this time. */
  @Nullable Runnable pollDue(long now) {
    if (nextDeadline() > now) {
      return null;
    }
    Alarm due = alarms.remove();
    due.queuedFor = NEVER;
    due.deadline = NEVER;
    return due.task;
  }

  private final class Alarm implements Timer, Comparable<Alarm> {
    private final Runnable task;
    private final LongSupplier clock;
    private long deadline = NEVER;
    private long queuedFor = NEVER; // never later than the deadline while it is in the queue
    private long order;
    private long queuedOrder; // what it was when it was put into the queue

    Alarm(Runnable task, LongSupplier clock) {
      this.task = task;
      this.clock = clock;
    }

    @Override
    public void start(long nanos) {
      if (nanos < 0) {
        throw new IllegalArgumentException("a timer cannot run " + -nanos + " ns ago");
      }
      long now = clock.getAsLong();
      startAt(nanos < NEVER - now ? now + nanos : NEVER);
    }

    void startAt(long time) {
      deadline = time;
      order = nextOrder++;
      if (queuedFor == NEVER) {
        if (deadline != NEVER) {
          enqueue();
        }
      } else if (deadline < queuedFor) {
        alarms.remove(this);
        enqueue();
      }
    }

    void enqueue() {
      queuedFor = deadline;
      queuedOrder = order;
      alarms.add(this);
    }

    void leave() {
      queuedFor = NEVER;
      deadline = NEVER;
    }

    boolean isQueuedAsAsked() {
      return deadline == queuedFor && order == queuedOrder;
    }

    @Override
    public void stop() {
      deadline = NEVER;
    }

    @Override
    public boolean isRunning() {
      return deadline != NEVER;
    }

    @Override
    public int compareTo(Alarm other) {
      int byTime = Long.compare(queuedFor, other.queuedFor);
      return byTime != 0 ? byTime : Long.compare(queuedOrder, other.queuedOrder);
    }
  }
}
