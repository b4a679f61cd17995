package io.kvstore.playground.shim.java.util.concurrent;

/** Says that an executor takes no more. */
public class RejectedExecutionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Without a message. */
  public RejectedExecutionException() {}

  /** With a message. */
  public RejectedExecutionException(String message) {
    super(message);
  }
}
