package io.kvstore.server.transfer;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * Says how far a long work is: on a terminal as a bar that moves, and otherwise as a line every few
 * seconds.
 */
public final class Progress {
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long BAR_NANOS = Duration.ofMillis(100).toNanos();
  private static final double NANOS = 1e9;
  private static final int BAR = 20;
  private static final String CLEAR_LINE = "\r\033[K";

  /** What does not fit is cut off: a second line would not be cleared. */
  private static final String CUT = "\033[?7l";

  private static final String WRAP = "\033[?7h";

  private final String what;
  private final PrintWriter out;
  private final boolean isTerminal;
  private final DoubleSupplier fraction;
  private final long begin = System.nanoTime();
  private long last = begin;
  private boolean isBarShown;

  private Progress(String what, PrintWriter out, boolean isTerminal, DoubleSupplier fraction) {
    this.what = what;
    this.out = out;
    this.isTerminal = isTerminal;
    this.fraction = fraction;
  }

  /**
   * Of a work that has just begun, as lines.
   *
   * @param what what is counted, such as "entries exported"
   */
  public static Progress lines(String what, PrintWriter out) {
    return new Progress(what, out, false, () -> Double.NaN);
  }

  /**
   * Of a work that has just begun, as a bar.
   *
   * @param what what is counted, such as "entries exported"
   * @param fraction how much of it is done, from 0 to 1; not a number when that is not known
   */
  public static Progress bar(String what, PrintWriter out, DoubleSupplier fraction) {
    return new Progress(what, out, true, fraction);
  }

  /** So many are done. */
  public void at(long number) {
    long now = System.nanoTime();
    if (now - last < (isTerminal ? BAR_NANOS : LINE_NANOS)) {
      return;
    }
    last = now;
    if (isTerminal) {
      isBarShown = true;
      out.print(CLEAR_LINE + CUT + bar(text(number, now)) + WRAP);
    } else {
      out.println(text(number, now));
    }
    out.flush();
  }

  private String text(long number, long now) {
    return String.format(
        Locale.ROOT, "%,d %s, %,.0f a second", number, what, number * NANOS / (now - begin));
  }

  /** What matters most comes first: it is seen on a narrow screen, too. */
  private String bar(String text) {
    double done = fraction.getAsDouble();
    if (Double.isNaN(done)) {
      return text;
    }
    double part = Math.max(0, Math.min(1, done));
    int full = (int) (part * BAR);
    return String.format(
        Locale.ROOT,
        "%3d%% %s [%s%s]",
        (int) (part * 100),
        text,
        "#".repeat(full),
        ".".repeat(BAR - full));
  }

  /** The work has ended: a bar is taken away. */
  public void end() {
    if (isBarShown) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }
}
