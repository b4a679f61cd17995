package io.kvstore.ratis;

import java.io.IOException;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/**
 * Writes the snapshots of one shard, one at a time, on a thread of its own, so that its log is
 * performed meanwhile. An abandoned snapshot counts as never begun.
 */
final class SnapshotWriter implements AutoCloseable {
  private static final long NONE = RaftLog.INVALID_LOG_INDEX;

  /** Writes a snapshot. */
  interface Task {
    void write() throws IOException;
  }

  private @Nullable Thread thread; // guarded by this
  private long finished = NONE; // guarded by this
  private @Nullable Throwable failure; // guarded by this
  private volatile boolean isAbandoned;

  /** Whether nothing is being written, and nothing of what was is left to be told. */
  synchronized boolean isIdle() {
    return thread == null && finished == NONE && failure == null;
  }

  /** Writes the snapshot of an index of the log. */
  synchronized void begin(String name, long index, Task task) {
    thread = new Thread(() -> write(index, task), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void write(long index, Task task) {
    Throwable thrown = null;
    try {
      task.write();
    } catch (IOException | RuntimeException | Error failed) {
      thrown = failed;
    }
    synchronized (this) {
      thread = null;
      if (!isAbandoned) {
        finished = thrown == null ? index : NONE;
        failure = thrown;
      }
    }
  }

  /**
   * The index of a snapshot that has become complete since this was asked last.
   *
   * @return {@link RaftLog#INVALID_LOG_INDEX} when there is none
   * @throws IOException when one could not be written
   */
  synchronized long takeFinished() throws IOException {
    Throwable thrown = failure;
    long index = finished;
    failure = null;
    finished = NONE;
    if (thrown != null) {
      throw new IOException("a snapshot could not be written: " + thrown.getMessage(), thrown);
    }
    return index;
  }

  /** Stops the one who writes. */
  void requireWanted() throws IOException {
    if (isAbandoned) {
      throw new IOException("the snapshot is not needed any more");
    }
  }

  /** Returns when nothing is written any more. What was written is not told. */
  void abandon() {
    Thread writing;
    synchronized (this) {
      isAbandoned = true;
      writing = thread;
    }
    boolean wasInterrupted = false;
    while (writing != null && writing.isAlive()) {
      try {
        writing.join();
      } catch (InterruptedException interrupt) {
        wasInterrupted = true;
      }
    }
    synchronized (this) {
      isAbandoned = false;
      finished = NONE;
      failure = null;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    abandon();
  }
}
