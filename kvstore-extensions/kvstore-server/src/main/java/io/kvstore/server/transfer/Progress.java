package io.kvstore.server.transfer;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Says how far a transfer is, every few seconds. */
public final class Progress {
  private static final long PERIOD_NANOS = Duration.ofSeconds(5).toNanos();

  private final String what;
  private final PrintWriter out;
  private long last = System.nanoTime();

  /**
   * Of a transfer that has just begun.
   *
   * @param what what is counted, such as "entries exported"
   */
  public Progress(String what, PrintWriter out) {
    this.what = what;
    this.out = out;
  }

  /** So many are done. */
  void at(long number) {
    long now = System.nanoTime();
    if (now - last >= PERIOD_NANOS) {
      last = now;
      out.println(String.format(Locale.ROOT, "%,d %s", number, what));
      out.flush();
    }
  }
}
