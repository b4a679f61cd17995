package io.kvstore;

/**
 * The operation was refused at the edge and certainly not applied: too many are in flight already.
 * Wait for some answers, or raise {@link Limits#operationsInFlight()}.
 */
public final class OverloadedException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  /** With the limit that was reached. */
  public OverloadedException(String message) {
    super(message);
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return false;
  }
}
