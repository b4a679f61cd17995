package io.kvstore.core.loop;

import io.kvstore.core.spi.Timer;
import java.util.Arrays;
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
  private static final int FIRST_CAPACITY = 16;

  private @Nullable Alarm[] heap = new @Nullable Alarm[FIRST_CAPACITY];
  private int size;
  private long nextOrder;

  /** Runs a task of an actor once at a time. */
  void at(long time, Actor actor, Runnable task) {
    Alarm alarm = new Alarm(actor, task, () -> 0);
    alarm.startAt(time);
  }

  Timer timer(Actor actor, Runnable task, LongSupplier clock) {
    return new Alarm(actor, task, clock);
  }

  /**
   * Not later than the next task is due: for one that was stopped or put off since, too early. It
   * costs no more than a look.
   */
  long nextDeadlineAtTheEarliest() {
    Alarm first = heap[0];
    return first == null ? NEVER : first.queuedFor;
  }

  /** Whether a task is due at a time. */
  boolean isAnyDue(long time) {
    return nextDeadlineAtTheEarliest() <= time && nextDeadline() <= time;
  }

  /** When the next task is due. */
  long nextDeadline() {
    Alarm first = heap[0];
    while (first != null && !first.isQueuedAsAsked()) {
      if (first.deadline == NEVER) {
        removeFirst();
      } else {
        place(first, first.deadline, first.order, 0, size);
      }
      first = heap[0];
    }
    return first == null ? NEVER : first.deadline;
  }

  /** Nothing is to happen any more. */
  void clear() {
    @Nullable Alarm[] empty = new @Nullable Alarm[FIRST_CAPACITY];
    for (int i = 0; i < size; i++) {
      Alarm alarm = heap[i];
      if (alarm != null) {
        alarm.queuedFor = NEVER;
        alarm.deadline = NEVER;
      }
    }
    heap = empty;
    size = 0;
  }

  /** Takes the next task that is due at this time. */
  @Nullable Event pollDue(long now) {
    if (!isAnyDue(now)) {
      return null;
    }
    Alarm due = heap[0];
    removeFirst();
    if (due != null) {
      due.deadline = NEVER;
    }
    return due;
  }

  // The heap

  private void add(Alarm alarm, long time, long order) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    place(alarm, time, order, size, size + 1);
  }

  private void removeFirst() {
    Alarm last = heap[size - 1];
    if (last != null) {
      place(last, last.queuedFor, last.queuedOrder, 0, size - 1);
    }
  }

  /**
   * Puts an alarm where it belongs, beginning at a place that is free, or its own. It calls
   * nothing: should the stack or the memory end, all of it is done, or nothing.
   *
   * @param time for which the alarm is to wait
   * @param rank its place among those of the same time
   * @param free whatever alarm is there leaves the heap
   * @param newSize how many alarms are in the heap then
   */
  private void place(Alarm alarm, long time, long rank, int free, int newSize) {
    if (newSize < size) {
      Alarm removed = heap[free];
      heap[newSize] = null;
      if (removed != null) {
        removed.queuedFor = NEVER;
      }
    }
    size = newSize;
    if (free >= newSize) {
      return; // it was the last, and is removed itself
    }
    alarm.queuedFor = time;
    alarm.queuedOrder = rank;
    int index = free;
    while (index > 0) {
      Alarm above = heap[(index - 1) >>> 1];
      if (above == null
          || above.queuedFor < time
          || (above.queuedFor == time && above.queuedOrder < rank)) {
        break;
      }
      heap[index] = above;
      above.index = index;
      index = (index - 1) >>> 1;
    }
    while (2 * index + 1 < newSize) {
      int next = 2 * index + 1;
      Alarm below = heap[next];
      Alarm other = next + 1 < newSize ? heap[next + 1] : null;
      if (below != null
          && other != null
          && (other.queuedFor < below.queuedFor
              || (other.queuedFor == below.queuedFor && other.queuedOrder < below.queuedOrder))) {
        next++;
        below = other;
      }
      if (below == null
          || time < below.queuedFor
          || (time == below.queuedFor && rank < below.queuedOrder)) {
        break;
      }
      heap[index] = below;
      below.index = index;
      index = next;
    }
    heap[index] = alarm;
    alarm.index = index;
  }

  private final class Alarm extends Event implements Timer {
    private final Actor actor;
    private final Runnable task;
    private final LongSupplier clock;
    private long deadline = NEVER;
    private long queuedFor = NEVER; // never later than the deadline while it is in the queue
    private long order;
    private long queuedOrder; // what it was when it was put into the queue
    private int index; // in the heap

    Alarm(Actor actor, Runnable task, LongSupplier clock) {
      this.actor = actor;
      this.task = task;
      this.clock = clock;
    }

    @Override
    protected Actor actor() {
      return actor;
    }

    @Override
    public void run() {
      task.run();
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
      long asked = nextOrder++;
      if (queuedFor == NEVER) {
        if (time != NEVER) {
          add(this, time, asked);
        }
      } else if (time < queuedFor) {
        place(this, time, asked, index, size);
      }
      deadline = time;
      order = asked;
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
  }
}
