package io.kvstore.testkit.junit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Looks for the smallest part of what a seed decides with which a test still fails in the same way:
 * delta debugging (Zeller and Hildebrandt, TSE 28(2), 2002) over the faults of its nemesis and the
 * delays of its links.
 *
 * <p>Each run has a thread of its own, which is given up when the time is over: without some fault
 * a test may wait for ever.
 */
final class SmallerRun {
  /** A run of the test, and how it ended. */
  record Run(TestCluster cluster, Optional<Throwable> failure) {}

  /**
   * What was found.
   *
   * @param run the smallest run that fails in the same way; nothing if not even the whole did again
   * @param isWhole whether nothing could be left out
   */
  record Found(Optional<Run> run, Kept kept, boolean isWhole) {}

  private final Function<Kept, Run> play;
  private final Throwable failure;
  private final Class<?> test;
  private final long deadline;
  private boolean isOver; // a run has not come to its end
  private Optional<Run> smallest = Optional.empty();
  private Kept kept = Kept.ALL;

  private SmallerRun(Function<Kept, Run> play, Throwable failure, Class<?> test, Duration atMost) {
    this.play = play;
    this.failure = failure;
    this.test = test;
    deadline = System.nanoTime() + atMost.toNanos();
  }

  /**
   * Looks for it.
   *
   * @param play plays the test with this much
   * @param failure how it has failed
   * @param test its class
   * @param faults how many its nemesis has thought of
   */
  static Found search(
      Function<Kept, Run> play, Throwable failure, Class<?> test, int faults, Duration atMost) {
    SmallerRun search = new SmallerRun(play, failure, test, atMost);
    if (search.failsWith(Kept.ALL)) {
      search.leaveOut(faults);
    }
    return new Found(search.smallest, search.kept, search.kept.isEverything());
  }

  private void leaveOut(int faults) {
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < faults; i++) {
      left.add(i);
    }
    boolean delays = true;
    if (failsWith(with(List.of(), false))) {
      return;
    }
    if (failsWith(with(left, false))) {
      delays = false;
    } else if (faults > 0 && failsWith(with(List.of(), true))) {
      return;
    }
    for (int size = left.size(); size >= 1; size = size > 1 ? (size + 1) / 2 : 0) {
      for (int from = left.size() - size; from > -size; from -= size) {
        List<Integer> fewer = new ArrayList<>(left.subList(0, Math.max(0, from)));
        fewer.addAll(left.subList(Math.min(left.size(), from + size), left.size()));
        if (fewer.size() < left.size() && failsWith(with(fewer, delays))) {
          left = fewer;
        }
      }
    }
  }

  private static Kept with(List<Integer> faults, boolean delays) {
    return Kept.of(new TreeSet<>(faults), delays);
  }

  private boolean failsWith(Kept tried) {
    Optional<Run> run = run(tried);
    boolean isAlike = run.flatMap(Run::failure).filter(this::isAlike).isPresent();
    if (isAlike) {
      smallest = run;
      kept = tried;
    }
    return isAlike;
  }

  /** Plays it; nothing if there is no time left for that. */
  private Optional<Run> run(Kept tried) {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (isOver || left <= 0) {
      return Optional.empty();
    }
    BlockingQueue<Run> ended = new ArrayBlockingQueue<>(1);
    Thread player = new Thread(() -> ended.add(play.apply(tried)), "smaller run of the test");
    player.setDaemon(true);
    player.start();
    Optional<Run> run = Optional.empty();
    try {
      run = Optional.ofNullable(ended.poll(left, TimeUnit.MILLISECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (run.isEmpty()) {
      isOver = true;
      player.interrupt();
    }
    return run;
  }

  /** By the same exception, at the same line of the test. */
  private boolean isAlike(Throwable other) {
    return other.getClass() == failure.getClass() && lineOf(other) == lineOf(failure);
  }

  private int lineOf(Throwable thrown) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().equals(test.getName())) {
        return frame.getLineNumber();
      }
    }
    return 0;
  }
}
