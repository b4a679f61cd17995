package io.kvstore.playground.shim.java.nio.channels;

import java.io.IOException;

/** Never thrown here. */
public class ClosedByInterruptException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Without a message. */
  public ClosedByInterruptException() {}
}
