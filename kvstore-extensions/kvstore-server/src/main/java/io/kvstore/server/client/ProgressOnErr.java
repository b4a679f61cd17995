package io.kvstore.server.client;

import io.kvstore.server.transfer.Progress;
import java.io.PrintWriter;
import java.util.function.DoubleSupplier;
import org.jline.terminal.spi.SystemStream;

/** How far a long work is, as this process says it: on standard error. */
public final class ProgressOnErr {
  private ProgressOnErr() {}

  /**
   * A bar if standard error is a terminal, and otherwise a line every few seconds.
   *
   * @param fraction how much of it is done, from 0 to 1; not a number when that is not known
   */
  public static Progress of(String what, PrintWriter err, DoubleSupplier fraction) {
    return Screen.isTerminal(SystemStream.Error, System.getenv())
        ? Progress.bar(what, err, fraction)
        : Progress.lines(what, err);
  }
}
