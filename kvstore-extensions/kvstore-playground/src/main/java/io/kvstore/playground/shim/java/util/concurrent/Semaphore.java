package io.kvstore.playground.shim.java.util.concurrent;

import java.util.concurrent.TimeUnit;

/** Permits that threads take and give; TeaVM's threads take turns on the one that there is. */
public class Semaphore {
  private int permits;

  /** With so many permits. */
  public Semaphore(int permits) {
    this.permits = permits;
  }

  /** How many are left. */
  public synchronized int availablePermits() {
    return permits;
  }

  /** Gives one. */
  public synchronized void release() {
    permits++;
    notifyAll();
  }

  /** Takes all that there are. */
  public synchronized int drainPermits() {
    int drained = permits;
    permits = 0;
    return drained;
  }

  /** Takes one if there is one. */
  public synchronized boolean tryAcquire() {
    if (permits == 0) {
      return false;
    }
    permits--;
    return true;
  }

  /** Takes one, and waits for it. */
  public synchronized void acquire() throws InterruptedException {
    while (permits == 0) {
      wait();
    }
    permits--;
  }

  /** Takes one, and waits for it, whatever comes. */
  public synchronized void acquireUninterruptibly() {
    boolean isInterrupted = false;
    while (permits == 0) {
      try {
        wait();
      } catch (InterruptedException later) {
        isInterrupted = true;
      }
    }
    permits--;
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes one if there is one within the time. */
  public synchronized boolean tryAcquire(long time, TimeUnit unit) throws InterruptedException {
    long deadline = System.nanoTime() + unit.toNanos(time);
    while (permits == 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    permits--;
    return true;
  }
}
