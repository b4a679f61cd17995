package io.kvstore.recipes;

/** The permits may be lost: the lease is over by the clock of this process, or was given back. */
public final class LeaseOverException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** With what has happened. */
  public LeaseOverException(String message) {
    super(message);
  }
}
