package io.kvstore.testkit.draw;

import io.kvstore.testkit.draw.Picture.Bar;
import io.kvstore.testkit.history.History;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;

/**
 * Where a time is drawn. Time that is idle for long takes little more room than time that is idle
 * for a moment: a gap of g takes g up to a usual one u, and u (1 + ln(g/u)) beyond. And a bar has
 * room for what stands in it, however short it was.
 */
final class Axis {
  private static final double LEAST_ROOM = 0.15; // of a usual gap, so that no two times coincide
  private static final double UNIT = 44; // what a usual gap takes on the sheet
  private static final double UNIT_WITH_MESSAGES = 18; // of which there are many
  private static final double MOST_FOR_A_BAR = 170;
  private static final double MOST_FOR_A_BAR_THAT_MATTERS = 300;

  private final long[] times;
  private final double[] places;
  private final double unit;

  Axis(NavigableSet<Long> happenings, List<Bar> bars, boolean hasMessages) {
    times = happenings.stream().mapToLong(Long::longValue).toArray();
    places = new double[times.length];
    unit = hasMessages ? UNIT_WITH_MESSAGES : UNIT;
    double usual = usualGap();
    for (int i = 1; i < times.length; i++) {
      double gap = (times[i] - times[i - 1]) / usual;
      places[i] = places[i - 1] + Math.max(LEAST_ROOM, gap <= 1 ? gap : 1 + Math.log(gap));
    }
    bars.stream()
        .filter(bar -> bar.to() != History.NEVER)
        .sorted(Comparator.comparingLong(Bar::to))
        .forEach(this::makeRoomFor);
  }

  private double usualGap() {
    long[] gaps = new long[Math.max(0, times.length - 1)];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = times[i + 1] - times[i];
    }
    Arrays.sort(gaps);
    return gaps.length == 0 ? 1 : Math.max(1, gaps[gaps.length / 2]);
  }

  private void makeRoomFor(Bar bar) {
    double most = bar.isInConflict() ? MOST_FOR_A_BAR_THAT_MATTERS : MOST_FOR_A_BAR;
    double wanted = Math.min(most, Sheet.width(bar.caption(), Sheet.LETTERS) + 14) / unit;
    int end = Arrays.binarySearch(times, bar.to());
    double missing = wanted - (places[end] - place(bar.from()));
    for (int i = end; missing > 0 && i < places.length; i++) {
      places[i] += missing;
    }
  }

  /** What a place takes on the sheet, so that bars have room for what stands in them. */
  double unit() {
    return unit;
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

  /** How long it is: so much more than the last place that what has no end can be seen. */
  double length() {
    return places[places.length - 1] + Math.max(1, 70 / unit);
  }
}
