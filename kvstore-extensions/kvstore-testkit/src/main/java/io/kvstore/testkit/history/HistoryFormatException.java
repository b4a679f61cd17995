package io.kvstore.testkit.history;

import java.io.Serial;

/**
 * Text that is not the history that it was read as: says which file, which line, what was expected.
 */
public final class HistoryFormatException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;

  HistoryFormatException(String file, int line, String expected) {
    super(file + ":" + line + ": " + expected);
    this.file = file;
    this.line = line;
  }

  /** The name of the file. */
  public String file() {
    return file;
  }

  /** The line, counted from 1. */
  public int line() {
    return line;
  }
}
