package io.kvstore.testkit.draw;

import java.util.Arrays;
import java.util.SortedSet;

/**
 * Where a time is drawn. Time that is idle for long takes little more room than time that is idle
 * for a moment: a gap of g takes g up to a usual one u, and u (1 + ln(g/u)) beyond.
 */
final class Axis {
  private static final double LEAST_ROOM = 0.15; // of a usual gap, so that no two times coincide

  private final long[] times;
  private final double[] places;

  Axis(SortedSet<Long> happenings) {
    times = happenings.stream().mapToLong(Long::longValue).toArray();
    places = new double[times.length];
    double usual = usualGap();
    for (int i = 1; i < times.length; i++) {
      double gap = (times[i] - times[i - 1]) / usual;
      places[i] = places[i - 1] + Math.max(LEAST_ROOM, gap <= 1 ? gap : 1 + Math.log(gap));
    }
  }

  private double usualGap() {
    long[] gaps = new long[Math.max(0, times.length - 1)];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = times[i + 1] - times[i];
    }
    Arrays.sort(gaps);
    return gaps.length == 0 ? 1 : Math.max(1, gaps[gaps.length / 2]);
  }

  /** The times that have a place of their own. */
  long[] times() {
    return times;
  }

  double[] places() {
    return places;
  }

  /** The place of any time; what never happens is beyond the end. */
  double place(long time) {
    int found = Arrays.binarySearch(times, time);
    if (found >= 0) {
      return places[found];
    }
    int after = -found - 1;
    if (after >= times.length) {
      return length();
    }
    if (after == 0) {
      return 0;
    }
    double part = (double) (time - times[after - 1]) / (times[after] - times[after - 1]);
    return places[after - 1] + part * (places[after] - places[after - 1]);
  }

  /** How long it is: one more than the last place. */
  double length() {
    return places[places.length - 1] + 1;
  }
}
