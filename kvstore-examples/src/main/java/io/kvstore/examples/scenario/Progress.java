package io.kvstore.examples.scenario;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** A bar on a terminal that fills while clients take their steps; nothing anywhere else. */
final class Progress {
  private static final int WIDTH = 40;

  private final PrintStream out;
  private final boolean isShown;
  private final String label;
  private final long steps;
  private final LongAdder taken = new LongAdder();

  Progress(PrintStream out, boolean isShown, String label, long steps) {
    this.out = out;
    this.isShown = isShown;
    this.label = label;
    this.steps = steps;
  }

  /** A bar that is not shown. */
  static Progress unseen(PrintStream out) {
    return new Progress(out, false, "", 0);
  }

  /** Whether a person looks at what this process prints. */
  @SuppressWarnings("SystemConsoleNull") // Since 22 there is always one; it is asked below.
  static boolean isOnTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderThan22) {
      return true;
    }
  }

  /** Called by any thread. */
  void advance() {
    taken.increment();
  }

  void show() {
    if (isShown) {
      long done = taken.sum();
      int filled = (int) (done * WIDTH / Math.max(1, steps));
      out.printf(
          Locale.ROOT,
          "\r%-14s [%s%s] %3d %%  %,d of %,d",
          label,
          "#".repeat(filled),
          "-".repeat(WIDTH - filled),
          done * 100 / Math.max(1, steps),
          done,
          steps);
      out.flush();
    }
  }

  /** The bar as it stands, and what is printed next begins a line. */
  void end() {
    show();
    if (isShown) {
      out.println();
    }
  }
}
