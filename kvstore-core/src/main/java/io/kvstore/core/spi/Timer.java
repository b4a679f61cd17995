package io.kvstore.core.spi;

/**
 * Something that happens after a while, unless it is stopped. Starting and stopping cost next to
 * nothing.
 */
public interface Timer {
  /**
   * Runs the task once after this time on the node's clock, instead of whenever it would have run.
   */
  void start(long nanos);

  /** Runs the task not at all. */
  void stop();

  /** Whether the task is going to run. */
  boolean isRunning();

  /** Starts the timer if it does not run yet. */
  default void startIfIdle(long nanos) {
    if (!isRunning()) {
      start(nanos);
    }
  }
}
