package io.kvstore;

/**
 * A watch cannot go on: the change after the last one that it has seen is not known any more. What
 * to do: begin a new watch, take a snapshot, and go on from there.
 */
public final class HistoryGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was asked for and what is known. */
  public HistoryGoneException(String message) {
    super(message + "; begin a new watch, and take a snapshot");
  }

  /** The same, thrown once more: the cause tells where it was found. */
  public HistoryGoneException(HistoryGoneException cause) {
    super(cause.getMessage(), cause);
  }
}
