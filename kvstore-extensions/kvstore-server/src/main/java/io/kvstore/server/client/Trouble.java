package io.kvstore.server.client;

import java.io.IOException;
import java.util.Optional;

/** Why a command did not do what it was to do, in a sentence, with the exit code that says so. */
public final class Trouble extends IOException {
  /** There is no such key, or a condition does not hold. */
  static final int NOT_SO = 1;

  /** The command is not understood. */
  static final int USAGE = 2;

  /** No server was reached. */
  static final int UNREACHABLE = 3;

  /** The server refuses this request, now and later. */
  static final int REFUSED = 4;

  /** The server cannot do it for now; certainly nothing was done. */
  static final int UNAVAILABLE = 5;

  /** A write may or may not have been done. */
  static final int UNKNOWN = 6;

  /** It was interrupted from the keyboard. */
  static final int INTERRUPTED = 130;

  /** The codes, for a page of help. */
  static final String CODES =
      "Exit codes: 0 done, 1 no such key, or a condition does not hold, 2 wrong usage, 3 no server"
          + " was reached, 4 the server refuses it, 5 it cannot for now and nothing was done, 6 a"
          + " write may or may not have been done.";

  private static final long serialVersionUID = 1L;

  private final int code;

  Trouble(int code, String why) {
    super(why);
    this.code = code;
  }

  Trouble(int code, String why, Throwable cause) {
    super(why, cause);
    this.code = code;
  }

  /** A command that is told what makes no sense. */
  public static Trouble ofUsage(String why) {
    return new Trouble(USAGE, why);
  }

  /** The exit code of the process. */
  public int code() {
    return code;
  }

  /** Whether to try again may help: to set the same once more does no harm. */
  boolean isForNow() {
    return code == UNREACHABLE || code == UNAVAILABLE || code == UNKNOWN;
  }

  /** The one that is behind what was thrown. */
  public static Optional<Trouble> in(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof Trouble trouble) {
        return Optional.of(trouble);
      }
    }
    return Optional.empty();
  }
}
