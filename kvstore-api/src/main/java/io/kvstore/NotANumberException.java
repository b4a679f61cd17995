package io.kvstore;

/**
 * An atomic add met a value that is no number, or would have left the range of a long. The value
 * stays as it was.
 */
public final class NotANumberException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  /** With the key whose value could not be added to. */
  public NotANumberException(String message) {
    super(message);
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return false;
  }
}
