package io.kvstore.core.spi;

/**
 * A controlet was handed a message that its protocol does not have: a defect of the sender, so that
 * the receiver need not suffer for it. The message is dropped and logged, as if the network had
 * lost it, and the receiver goes on.
 */
public final class UnknownMessageError extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** To be thrown by {@link Controlet#onMessage}, before anything was changed. */
  public UnknownMessageError(Message message) {
    super("no such message: " + message);
  }
}
