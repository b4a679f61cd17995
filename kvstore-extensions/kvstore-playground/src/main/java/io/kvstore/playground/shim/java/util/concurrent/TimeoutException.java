package io.kvstore.playground.shim.java.util.concurrent;

/** Says that something was not there in time. */
public class TimeoutException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Without a message. */
  public TimeoutException() {}

  /** With a message. */
  public TimeoutException(String message) {
    super(message);
  }
}
