package io.kvstore.core.datalet;

import io.kvstore.spi.Nanos;
import java.time.Duration;

/**
 * When a log makes the disk keep what was written: what a crash of the machine may take away.
 *
 * <p>Whatever is chosen, a log comes back as it was at some moment, never with a hole; and what was
 * synced survives the death of the process. The choice is how far back that moment may be when the
 * machine itself dies.
 */
public final class Fsync {
  private static final Fsync ALWAYS = new Fsync(0, "always");
  private static final Fsync NEVER = new Fsync(Long.MAX_VALUE, "never");

  private final long intervalNanos;
  private final String text;

  private Fsync(long intervalNanos, String text) {
    this.intervalNanos = intervalNanos;
    this.text = text;
  }

  /** Each sync forces what came before it, all at once: nothing that was synced is lost. */
  public static Fsync always() {
    return ALWAYS;
  }

  /**
   * A sync forces only when this time has passed since one last did; the others hand what they have
   * to the operating system. There is no clock behind it: after the last sync, only closing the
   * datalet forces the rest.
   */
  public static Fsync every(Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("an interval must be positive, not " + interval);
    }
    return new Fsync(Nanos.of(interval), "every " + interval);
  }

  /**
   * A sync hands what came before it to the operating system, and forces nothing. Files are still
   * forced when they are full, and when the datalet is closed.
   */
  public static Fsync never() {
    return NEVER;
  }

  /** Whether a sync is to force, so long after one last did. */
  public boolean isDueAfter(long nanos) {
    return nanos >= intervalNanos;
  }

  @Override
  public String toString() {
    return text;
  }
}
