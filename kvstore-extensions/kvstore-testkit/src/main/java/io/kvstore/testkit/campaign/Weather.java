package io.kvstore.testkit.campaign;

import io.kvstore.Delay;
import io.kvstore.Faults;
import java.time.Duration;
import java.util.Locale;

/**
 * What links do to what they carry, with numbers that can be read again.
 *
 * @param least how long a message takes at least
 * @param most how long it takes at the most
 * @param loss how many are lost, from 0 to 1
 * @param duplication how many arrive twice
 * @param reordering how many are overtaken
 */
public record Weather(
    Duration least, Duration most, double loss, double duplication, double reordering) {
  /** The links of a simulation when nothing is wrong. */
  public static final Weather FAIR =
      new Weather(Duration.ofNanos(50_000), Duration.ofNanos(500_000), 0, 0, 0);

  Faults faults() {
    return new Faults(Delay.uniform(least, most), loss, duplication, reordering);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.2f to %.2f ms%s%s%s",
        least.toNanos() / 1e6,
        most.toNanos() / 1e6,
        loss > 0 ? String.format(Locale.ROOT, ", loses %.0f%%", loss * 100) : "",
        duplication > 0 ? String.format(Locale.ROOT, ", repeats %.0f%%", duplication * 100) : "",
        reordering > 0 ? String.format(Locale.ROOT, ", reorders %.0f%%", reordering * 100) : "");
  }
}
