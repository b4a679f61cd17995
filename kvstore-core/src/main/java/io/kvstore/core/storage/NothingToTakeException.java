package io.kvstore.core.storage;

/** Another member was to hand over what it has, and has failed over it. */
public final class NothingToTakeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NothingToTakeException(String message) {
    super(message);
  }

  NothingToTakeException(Throwable cause) {
    super("the member that was to hand over its entries has failed", cause);
  }
}
