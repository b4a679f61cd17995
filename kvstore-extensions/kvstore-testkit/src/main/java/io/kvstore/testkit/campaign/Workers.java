package io.kvstore.testkit.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The threads that play the seeds of a campaign: one may be caught in a run that finds no end. */
final class Workers {
  /** As a rule, a run and its verdicts take a hundredth of a second, and seldom half a minute. */
  static final Duration LONGEST_RUN = Duration.ofMinutes(5);

  private static final long LOOK_EVERY_MILLIS = 1_000;

  private final String campaign;
  private final Duration longest;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Thread, UnderWay> underWay = new ConcurrentHashMap<>();

  private record UnderWay(long seed, long since) {}

  /**
   * None yet.
   *
   * @param campaign its name in what is told of a run that finds no end
   * @param longest how long one run may take
   */
  Workers(String campaign, Duration longest) {
    this.campaign = campaign;
    this.longest = longest;
  }

  /** Begins to do this with so many threads. */
  void start(int number, Runnable work) {
    for (int i = 0; i < number; i++) {
      Thread thread = new Thread(work, "campaign-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /** The present thread begins with a seed. */
  void begins(long seed) {
    underWay.put(Thread.currentThread(), new UnderWay(seed, System.nanoTime()));
  }

  /**
   * Waits until all have ended.
   *
   * @throws IllegalStateException when one of them has found no end; it goes on, as nothing can
   *     stop it
   */
  void await() {
    try {
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          thread.join(LOOK_EVERY_MILLIS);
          threads.forEach(this::requireProgress);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a campaign ran", interrupted);
    }
  }

  private void requireProgress(Thread thread) {
    UnderWay its = underWay.get(thread);
    if (its != null && thread.isAlive() && System.nanoTime() - its.since() > longest.toNanos()) {
      IllegalStateException where = new IllegalStateException("it is here");
      where.setStackTrace(thread.getStackTrace());
      throw new IllegalStateException(
          String.format(
              "%s with the seed %d has found no end within %d s",
              campaign, its.seed(), longest.toSeconds()),
          where);
    }
  }
}
