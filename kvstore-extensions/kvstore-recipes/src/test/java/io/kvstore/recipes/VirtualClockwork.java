package io.kvstore.recipes;

import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * The clock and the thread of one process in a simulation. Its clock may run fast or slow, and the
 * process may stand still, or be gone. {@link Processes} runs its tasks.
 */
final class VirtualClockwork implements Clockwork {
  private record Task(long dueNanos, long number, Runnable code) {}

  private final Simulation simulation;
  private final double speed;
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparing(Task::number));
  private long numbers;
  private boolean isGone;
  private long stillUntilNanos; // of the simulation

  VirtualClockwork(Simulation simulation, double speed) {
    this.simulation = simulation;
    this.speed = speed;
  }

  @Override
  public long nanoTime() {
    return (long) (simulation.elapsed().toNanos() * speed);
  }

  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  @Override
  public Runnable schedule(long delayNanos, Runnable code) {
    Task task = new Task(nanoTime() + delayNanos, numbers++, code);
    if (!isGone) {
      tasks.add(task);
    }
    return () -> tasks.remove(task);
  }

  @Override
  public void tell(Runnable task) {
    execute(task);
  }

  @Override
  public void await(CompletableFuture<?> answer, long atMostNanos) throws TimeoutException {
    simulation.runUntil(answer::isDone, Duration.ofNanos((long) (atMostNanos / speed)));
    if (!answer.isDone()) {
      throw new TimeoutException();
    }
  }

  @Override
  public void close() {
    isGone = true;
    tasks.clear();
  }

  // For those who run it

  boolean isGone() {
    return isGone;
  }

  /** Stands still for a while, as long as its clock goes on. */
  void pause(Duration time) {
    stillUntilNanos = simulation.elapsed().toNanos() + time.toNanos();
  }

  /** In how long there is something to do, by the simulation's clock; zero for now. */
  long nanosToNext() {
    if (tasks.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long now = simulation.elapsed().toNanos();
    long untilDue = (long) Math.ceil((tasks.peek().dueNanos() - nanoTime()) / speed);
    return Math.max(0, Math.max(stillUntilNanos - now, untilDue));
  }

  /** Runs what is first, if it is its time. */
  boolean runOne() {
    if (nanosToNext() > 0) {
      return false;
    }
    tasks.remove().code().run();
    return true;
  }
}
