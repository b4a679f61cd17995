package io.kvstore.playground.shim.java.util.concurrent;

/** Says that a future has ended with an exception. */
public class CompletionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With this message only. */
  protected CompletionException(String message) {
    super(message);
  }

  /** With a message beside what it ended with. */
  public CompletionException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What it ended with. */
  public CompletionException(Throwable cause) {
    super(cause);
  }
}
