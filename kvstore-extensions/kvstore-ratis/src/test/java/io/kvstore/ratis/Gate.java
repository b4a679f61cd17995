package io.kvstore.ratis;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads pass, or has them wait until it is opened again. */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition opened = lock.newCondition();
  private boolean isClosed; // guarded by lock

  void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
  }

  void open() {
    lock.lock();
    try {
      isClosed = false;
      opened.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a thread waits here. */
  boolean isWaitedAt() {
    lock.lock();
    try {
      return lock.hasWaiters(opened);
    } finally {
      lock.unlock();
    }
  }

  void pass() {
    lock.lock();
    try {
      while (isClosed) {
        opened.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
