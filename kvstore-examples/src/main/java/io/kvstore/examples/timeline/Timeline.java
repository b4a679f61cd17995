package io.kvstore.examples.timeline;

import java.time.Duration;
import java.util.Arrays;

/** How many puts and gets were answered in each interval of a run. */
final class Timeline {
  static final Duration INTERVAL = Duration.ofMillis(250);
  private static final double STABLE = 0.85; // of what comes at last
  private static final int LAST = 8; // intervals that say what comes at last

  private final int[] puts;
  private final int[] gets;

  Timeline(Duration length) {
    puts = new int[interval(length)];
    gets = new int[puts.length];
  }

  private static int interval(Duration moment) {
    return (int) (moment.toNanos() / INTERVAL.toNanos());
  }

  /** One more was answered. */
  void answered(boolean isPut, Duration moment) {
    if (interval(moment) < puts.length) {
      (isPut ? puts : gets)[interval(moment)]++;
    }
  }

  int intervals() {
    return puts.length;
  }

  double putsPerSecond(int interval) {
    return perSecond(puts[interval]);
  }

  double getsPerSecond(int interval) {
    return perSecond(gets[interval]);
  }

  private static double perSecond(double count) {
    return count * Duration.ofSeconds(1).toNanos() / INTERVAL.toNanos();
  }

  /** What was answered in a second before this moment, on average of the intervals before it. */
  double before(boolean isPut, Duration moment) {
    int until = interval(moment);
    return perSecond(average(isPut ? puts : gets, Math.max(0, until - LAST), until));
  }

  /** What is answered in a second in the end. */
  double atLast(boolean isPut) {
    int[] counts = isPut ? puts : gets;
    return perSecond(average(counts, counts.length - LAST, counts.length));
  }

  private static double average(int[] counts, int from, int to) {
    return Arrays.stream(counts, from, to).average().orElse(0);
  }

  /** The least that was answered in an interval from this moment on, in a second. */
  double least(boolean isPut, Duration from) {
    int[] counts = isPut ? puts : gets;
    return perSecond(Arrays.stream(counts, interval(from), counts.length).min().orElse(0));
  }

  /** How long after this moment about as much is answered as in the end, and stays so. */
  Duration stableAfter(Duration from) {
    int first = puts.length;
    while (first > interval(from) && isStable(first - 1)) {
      first--;
    }
    return INTERVAL.multipliedBy(first - interval(from));
  }

  private boolean isStable(int interval) {
    double perSecond = putsPerSecond(interval) + getsPerSecond(interval);
    double last = atLast(true) + atLast(false);
    return perSecond >= STABLE * last && perSecond * STABLE <= last;
  }
}
